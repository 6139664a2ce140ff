import type { Logger } from '../shared/logger.ts';

/** One sign of life, as a tool gives it. */
export interface ProgressUpdate {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message: string;
}

/** Progress of one call. */
export interface ProgressReporter {
  /** Never throws, never waits. */
  report(update: ProgressUpdate): void;
  /** Ends the reporting: afterwards nothing more is sent. Resolves once what was being sent is out. */
  finish(): Promise<void>;
}

/** Share of what is missing that a report adds when the tool itself got no further. */
const NUDGE = 0.01;

/** For calls whose client did not ask. */
export const noProgress: ProgressReporter = { report: () => undefined, finish: async () => undefined };

/**
 * Sends progress one by one, strictly increasing (MCP specification, "Progress": "the progress value MUST increase with
 * each notification"). A report that is no higher than the last one is nudged up instead of dropped, since hosts take
 * it as a sign of life. While one is being sent, only the newest of the others waits.
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
  const progress = last + room * NUDGE;
  return progress > last ? { ...update, progress } : undefined;
}
