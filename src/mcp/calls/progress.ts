import type { Clock } from '../../shared/time/clock.ts';
import type { Logger } from '../../shared/logger.ts';

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
/** Longest silence, milliseconds; some hosts give a call up after ten seconds without a sign of life. */
const MOST_SILENCE_MS = 5_000;
/** What is sent where a tool has reported nothing for so long. */
const STARTED: ProgressUpdate = { progress: 0, message: 'working' };

/** For calls whose client gave no progress token. */
export const noProgress: ProgressReporter = { report: () => undefined, finish: async () => undefined };

/** Dependencies of the reporting. */
export interface ProgressOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Sends progress one notification at a time, strictly increasing (MCP specification, "Progress": "the progress value MUST
 * increase with each notification"). A report that is no higher than the last one is raised instead of dropped, since
 * hosts reset their timeout by it; so is the last one after a silence. While a notification is being sent, only the newest
 * later report is kept.
 */
export function createProgress(
  send: (update: ProgressUpdate) => Promise<void>,
  { clock, logger }: ProgressOptions,
): ProgressReporter {
  let last = -Infinity;
  let newest = STARTED;
  let waiting: ProgressUpdate | undefined;
  let isSending = false;
  let sending: Promise<void> | undefined;
  let reportedAt = clock.monotonic();
  const finished = new AbortController();

  const drain = async () => {
    isSending = true;
    try {
      while (waiting !== undefined && !finished.signal.aborted) {
        const update = increased(waiting, last);
        waiting = undefined;
        if (update === undefined) continue;
        last = update.progress;
        await send(update);
      }
    } catch (error) {
      logger.debug('progress_not_sent', { error });
    } finally {
      // In the very turn in which the loop ends: a later report has to start it again.
      isSending = false;
    }
  };
  const report = (update: ProgressUpdate) => {
    if (finished.signal.aborted || !Number.isFinite(update.progress)) return;
    newest = update;
    waiting = update;
    reportedAt = clock.monotonic();
    if (!isSending) sending = drain();
  };
  const breakSilence = async () => {
    for (;;) {
      const silence = clock.monotonic() - reportedAt;
      if (silence >= MOST_SILENCE_MS) report(newest);
      await clock.sleep(reportedAt + MOST_SILENCE_MS - clock.monotonic(), finished.signal);
    }
  };
  // Rejects when the reporting has finished.
  breakSilence().catch(() => undefined);
  return {
    report,
    finish: async () => {
      finished.abort();
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
