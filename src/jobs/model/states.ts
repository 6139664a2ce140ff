/**
 * The life of a job (DESIGN §3).
 *
 * - `queued`: written down; nothing has happened yet.
 * - `preparing`: a process holds the lease, makes sure of the token (and of uploads), and waits for its turn.
 * - `permitted`: a permit of the quota is taken; provably nothing was sent.
 * - `submitting`: the request may leave from now on.
 * - `accepted`: Adobe's handle is stored.
 * - `running`: Adobe has answered a status request.
 * - `saving`: Adobe has finished; pictures are being fetched.
 * - `succeeded`, `failed`, `cancelled`, `expired`: final.
 * - `submit_unknown`: final until a person acts; Adobe may have charged.
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

const FINAL: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled', 'submit_unknown', 'expired']);
const WAITING: ReadonlySet<JobState> = new Set(['queued', 'preparing']);

/** Whether a job in this state never changes by itself again. */
export function isFinal(state: JobState): boolean {
  return FINAL.has(state);
}

/** Whether a job in this state still waits for its permit. */
export function isWaiting(state: JobState): boolean {
  return WAITING.has(state);
}
