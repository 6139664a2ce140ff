/** How long a lease holds without renewal. */
export const LEASE_MS = 20_000;

/**
 * How long a lapsed lease of a job that is being sent is still respected: longer than any answer to a paid request is
 * waited for. A process that was cut off from the store may come back with the handle of a paid job; calling the job
 * unknown before that would lose the handle.
 */
const ANSWER_MS = 150_000;

/** The process that takes leases, as far as the store has to know it. */
export interface LeaseHolder {
  readonly id: string;
  /** Whether the process of that id is surely gone. */
  isDead(id: string): boolean;
}

/** Thrown when a job's lease has passed to another process: whatever was under way must stop without a trace. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Whether no process works on a job: its lease has lapsed, or its process is gone. */
export function isFree(
  job: { readonly state: string; readonly leaseUntil: number; readonly leaseOwner?: string | undefined },
  holder: LeaseHolder,
  now: number,
): boolean {
  if (job.leaseOwner === undefined || holder.isDead(job.leaseOwner)) return true;
  return job.leaseUntil + (job.state === 'submitting' ? ANSWER_MS : 0) <= now;
}
