/** Time for which a lease is valid without a heartbeat. */
export const LEASE_MS = 20_000;

/**
 * Time for which a lapsed lease of a job in `submitting` is still respected: longer than a submit waits for its answer.
 * A process that was cut off from the store may come back with the handle of a paid job. Marking the job unknown
 * earlier would lose that handle.
 */
const SUBMIT_GRACE_MS = 150_000;

/** The process that takes leases. */
export interface LeaseHolder {
  readonly id: string;
  /** Whether the process of that id is known to have ended; false where that cannot be told. */
  isDead(id: string): boolean;
}

/** Thrown when the lease of a job has passed to another process: the step under way must stop and write nothing. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Whether a job may be claimed: its lease has lapsed, or the process that holds it is dead. */
export function isFree(
  job: { readonly state: string; readonly leaseUntil: number; readonly leaseOwner?: string | undefined },
  holder: LeaseHolder,
  now: number,
): boolean {
  if (job.leaseOwner === undefined || holder.isDead(job.leaseOwner)) return true;
  return job.leaseUntil + (job.state === 'submitting' ? SUBMIT_GRACE_MS : 0) <= now;
}
