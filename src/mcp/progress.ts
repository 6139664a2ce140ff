import type { Logger } from '../shared/logger.ts';

/** One progress report of a tool. */
export interface ProgressUpdate {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message: string;
}

/** Progress of one call. */
export interface ProgressReporter {
  /** Never throws and never waits. */
  report(update: ProgressUpdate): void;
  /** Ends the reporting. Resolves once a notification that is being sent has been sent; none follows. */
  finish(): Promise<void>;
}

/** Share of the remaining progress that a report adds when the tool's own figure has not increased. */
const MIN_INCREASE = 0.01;

/** For calls whose client gave no progress token. */
export const noProgress: ProgressReporter = { report: () => undefined, finish: async () => undefined };

/**
 * Sends progress one notification at a time, strictly increasing (MCP specification, "Progress": "the progress value MUST
 * increase with each notification"). A report that is no higher than the last one is raised instead of dropped, since
 * hosts reset their timeout by it. While a notification is being sent, only the newest later report is kept.
 */
export function createProgress(send: (update: ProgressUpdate) => Promise<void>, logger: Logger): ProgressReporter {
  let last = -Infinity;
  let waiting: ProgressUpdate | undefined;
  let finished = false;
  let sending: Promise<void> | undefined;

  const drain = async () => {
    while (waiting !== undefined && !finished) {
      const update = increased(waiting, last);
      waiting = undefined;
      if (update === undefined) continue;
      last = update.progress;
      await send(update);
    }
  };
  return {
    report: (update) => {
      if (finished || !Number.isFinite(update.progress)) return;
      waiting = update;
      sending ??= drain()
        .catch((error: unknown) => logger.debug('progress_not_sent', { error }))
        .finally(() => (sending = undefined));
    },
    finish: async () => {
      finished = true;
      await sending;
    },
  };
}

function increased(update: ProgressUpdate, last: number): ProgressUpdate | undefined {
  if (update.progress > last) return update;
  const room = update.total === undefined ? 1 : update.total - last;
  const progress = last + room * MIN_INCREASE;
  return progress > last ? { ...update, progress } : undefined;
}
