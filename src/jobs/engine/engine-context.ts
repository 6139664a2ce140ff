import type { Firefly } from '../../firefly/types.ts';
import type { CompositeWorker } from '../../images/composites/worker/composite-worker.ts';
import type { ImageLibrary } from '../../images/types.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database } from '../../store/database.ts';
import type { Permits } from '../limits/permits.ts';
import type { JobStore } from '../store/job-store.ts';
import type { Uploads } from './uploads.ts';

/** Moments in the life of a job at which tests stop or kill a process (docs/jobs.md#kill-points). */
export const KILL_POINTS = [
  'before-enqueue',
  'after-enqueue',
  'uploaded',
  'before-permit',
  'permitted',
  'submitting',
  'answered',
  'accepted',
  'status-read',
  'saving',
  'downloaded',
  'file-in-place',
  'picture-recorded',
  'composite-made',
  'composite-in-place',
  'composite-recorded',
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** Dependencies of every step of a job. */
export interface EngineDeps {
  readonly db: Database;
  readonly jobStore: JobStore;
  readonly permits: Permits;
  readonly uploads: Uploads;
  readonly firefly: Firefly;
  readonly images: ImageLibrary;
  readonly composites: Pick<CompositeWorker, 'make'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Called at each kill point. Does nothing in the product; tests stop or kill the process in it. */
  readonly failpoint: (point: KillPoint) => Promise<void> | void;
}

/** Per-job execution context: abort signals, an interruptible pause, and the check of the lease. */
export interface JobLease {
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Aborts a few seconds after `signal`: the time that a request under way has for its answer. */
  readonly lastCall: AbortSignal;
  /** Waits `ms` milliseconds, less when a cancel is requested. Rejects when `signal` aborts. */
  pause(ms: number): Promise<void>;
  /** Whether the lease certainly has not lapsed yet, by the monotonic clock of this process. */
  isHeld(): boolean;
}
