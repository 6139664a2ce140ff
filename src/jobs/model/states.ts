/**
 * States of a job, in the order of its life (docs/jobs.md#states).
 *
 * - `queued`: the row is committed; nothing else has happened yet.
 * - `preparing`: a process holds the lease, gets a token, uploads pictures and waits for the permit.
 * - `permitted`: the permit is taken; provably nothing was sent.
 * - `submitting`: the request may have been sent.
 * - `accepted`: Adobe's handle is stored.
 * - `running`: Adobe has answered a status request.
 * - `saving`: Adobe has finished; pictures are being downloaded.
 * - `succeeded`, `failed`, `cancelled`, `expired`: final.
 * - `submit_unknown`: final until a person resubmits the job; Adobe may have charged.
 */
export const JOB_STATES = [
  'queued',
  'preparing',
  'permitted',
  'submitting',
  'accepted',
  'running',
  'saving',
  'succeeded',
  'failed',
  'cancelled',
  'submit_unknown',
  'expired',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** States that no job leaves. */
export const FINAL_STATES: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'submit_unknown', 'expired'];
const FINAL: ReadonlySet<JobState> = new Set(FINAL_STATES);
const WAITING: ReadonlySet<JobState> = new Set(['queued', 'preparing']);

/** Whether the engine never changes a job in this state again. */
export function isFinal(state: JobState): boolean {
  return FINAL.has(state);
}

/** Whether nothing of a job in this state can have been sent, so that ending it is free. */
export function isUnsent(state: JobState): boolean {
  return WAITING.has(state) || state === 'permitted';
}

/** Whether a job in this state still waits for its permit. */
export function isWaiting(state: JobState): boolean {
  return WAITING.has(state);
}
