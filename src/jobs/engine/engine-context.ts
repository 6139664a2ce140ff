import type { Firefly } from '../../firefly/types.ts';
import type { ImageLibrary } from '../../images/types.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database } from '../../store/database.ts';
import type { Permits } from '../limits/permits.ts';
import type { JobStore } from '../store/job-store.ts';
import type { Uploads } from './uploads.ts';

/**
 * Moments in the life of a job at which a process can die; tests stop or kill it there. Numbers are those of
 * `reliability.md` §4f.
 */
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
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** What every step of a job works with. */
export interface EngineDeps {
  readonly db: Database;
  readonly jobStore: JobStore;
  readonly permits: Permits;
  readonly uploads: Uploads;
  readonly firefly: Firefly;
  readonly images: ImageLibrary;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Called at each kill point; tests only, does nothing in the product. */
  readonly failpoint: (point: KillPoint) => Promise<void> | void;
}

/** One job's hold on this process. */
export interface JobLease {
  /** Aborts when the process is asked to stop, or when the lease is lost. */
  readonly signal: AbortSignal;
  /** Aborts a few seconds after `signal`: a request that is being sent gets that long to be answered. */
  readonly lastCall: AbortSignal;
  /** Waits, but wakes early when somebody asks for a cancel. Rejects when `signal` aborts. */
  pause(ms: number): Promise<void>;
  /** Whether the lease is surely still ours. */
  isHeld(): boolean;
}
