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

/** Milliseconds from any moment on, which no change of the wall clock moves. */
export interface MonotonicClock {
  monotonic(): number;
}

/** A job that was claimed, as far as its lease is concerned. */
interface Leased {
  readonly id: string;
  readonly state: string;
  readonly leaseUntil: number;
  readonly leaseOwner?: string | undefined;
}

/**
 * Leases of submits under way, as this process has seen them. A wall clock that jumps forward makes the lease of every
 * living process look lapsed until its next heartbeat. A submit is therefore taken over only once its lease was seen
 * unchanged for the length of a lease, by the monotonic clock; a process that is known to be dead renews nothing.
 */
export class SeenLeases {
  readonly #clock: MonotonicClock;
  readonly #holder: LeaseHolder;
  #seen = new Map<string, { readonly leaseUntil: number; readonly since: number }>();

  constructor(clock: MonotonicClock, holder: LeaseHolder) {
    this.#clock = clock;
    this.#holder = holder;
  }

  /** Notes the leases of all claimed jobs, and forgets those that are gone. */
  note(claimed: readonly Leased[]): void {
    const now = this.#clock.monotonic();
    const noted = claimed
      .filter(({ state }) => state === 'submitting')
      .map(({ id, leaseUntil }) => {
        const before = this.#seen.get(id);
        return [id, before?.leaseUntil === leaseUntil ? before : { leaseUntil, since: now }] as const;
      });
    this.#seen = new Map(noted);
  }

  /** Whether a free job may be taken over. */
  isAbandoned({ id, state, leaseUntil, leaseOwner }: Leased): boolean {
    if (state !== 'submitting' || leaseOwner === undefined || this.#holder.isDead(leaseOwner)) return true;
    const seen = this.#seen.get(id);
    return seen?.leaseUntil === leaseUntil && this.#clock.monotonic() - seen.since >= LEASE_MS;
  }
}
