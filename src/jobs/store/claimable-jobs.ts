import { z } from 'zod';
import type { Queryable } from '../../store/database.ts';
import { nullable, readRows, readTexts, time } from '../../store/rows.ts';
import { PRIORITY } from '../model/priority.ts';
import { isFree, type LeaseHolder, type SeenLeases } from './lease.ts';
import { IS_HELD, IS_KNOWN, IS_LEFT, QUEUE_ORDER } from './sql.ts';

/** How many jobs a process can take. */
export interface Capacity {
  /** How many more of any kind. */
  readonly more: number;
  /**
   * How many interactive jobs it may hold that wait for their permit, those that it holds already included. A job that
   * goes before one of these is claimed in any case, so that turns are kept.
   */
  readonly interactive: number;
  /** The limit for items of batches, counted like `interactive`. */
  readonly batch: number;
}

/** Jobs that a process should see to. Another process may be faster. */
export interface Work {
  /** Unfinished jobs that no living process holds: those that one has left first, then queued ones in their order. */
  readonly claimable: readonly string[];
  /** Jobs of this process for which a cancel is requested. */
  readonly toCancel: readonly string[];
}

const COLUMNS = 'id, state, lease_owner, lease_until, cancel, priority, turn, created_at';
const Candidate = z
  .object({
    id: z.string(),
    state: z.string(),
    lease_owner: nullable(z.string()),
    lease_until: time,
    cancel: z.string(),
    priority: z.number(),
    turn: z.number(),
    created_at: time,
  })
  .transform(({ lease_owner: leaseOwner, lease_until: leaseUntil, created_at: createdAt, ...rest }) => ({
    ...rest,
    leaseOwner,
    leaseUntil,
    createdAt,
  }));
type Candidate = z.infer<typeof Candidate>;

const QUEUE_HEAD = `SELECT 1 AS place, ${COLUMNS} FROM jobs
  WHERE account = ? AND finished_at IS NULL AND state = 'queued' AND priority = ? AND runnable_at <= ? AND ${IS_KNOWN}
  ORDER BY ${QUEUE_ORDER} LIMIT ?`;
/** The first begun jobs that no process holds. After a restart there may be thousands. */
const LEFT = `SELECT 0 AS place, ${COLUMNS} FROM jobs
  WHERE account = ? AND ${IS_LEFT} AND runnable_at <= ? AND ${IS_KNOWN}
  ORDER BY ${QUEUE_ORDER} LIMIT ?`;
/**
 * What processes hold, which are few for each of them, and the head of what can be claimed, in one statement, since every
 * process repeats it at each tick.
 */
const CANDIDATES = `SELECT 0 AS place, ${COLUMNS} FROM jobs WHERE account = ? AND ${IS_HELD} AND ${IS_KNOWN}
  UNION ALL SELECT * FROM (${LEFT}) AS abandoned
  UNION ALL SELECT * FROM (${QUEUE_HEAD}) AS interactive
  UNION ALL SELECT * FROM (${QUEUE_HEAD}) AS batch
  ORDER BY place, ${QUEUE_ORDER}`;

/** Jobs that the process of `owner` should claim or cancel now, as far as its capacity goes. */
export async function findWork(
  db: Queryable & { now(): Promise<number> },
  { account, owner, seen, capacity }: { account: string; owner: LeaseHolder; seen: SeenLeases; capacity: Capacity },
): Promise<Work> {
  const now = await db.now();
  const interactive = [account, PRIORITY.interactive, now, capacity.interactive];
  const batch = [account, PRIORITY.batch, now, capacity.batch];
  const left = [account, now, capacity.more];
  const candidates = await readRows(db, Candidate, CANDIDATES, [account, ...left, ...interactive, ...batch]);
  const claimed = candidates.filter(({ state }) => state !== 'queued');
  seen.note(claimed);
  const unleased = claimed.filter((job) => isFree(job, owner, now) && seen.isAbandoned(job)).slice(0, capacity.more);
  const next = (priority: number, limit: number) => {
    const waits = ({ state, leaseOwner }: Candidate) =>
      state === 'queued' || (state === 'preparing' && leaseOwner === owner.id);
    const inTurn = candidates.filter((job) => job.priority === priority && waits(job)).sort(byTurn);
    return inTurn.slice(0, limit).filter(({ state }) => state === 'queued');
  };
  const queued = [...next(PRIORITY.interactive, capacity.interactive), ...next(PRIORITY.batch, capacity.batch)];
  return {
    claimable: [...unleased, ...queued.slice(0, capacity.more)].map(({ id }) => id),
    toCancel: claimed.filter((job) => job.leaseOwner === owner.id && job.cancel === 'requested').map(({ id }) => id),
  };
}

/**
 * Whether a living process works on jobs of this account. Where a job is unfinished and not paused, such a process
 * always holds one.
 */
export async function isDriven(
  db: Queryable & { now(): Promise<number> },
  { account, owner }: { account: string; owner: LeaseHolder },
): Promise<boolean> {
  const holders = await readTexts(
    db,
    `SELECT DISTINCT lease_owner FROM jobs WHERE account = ? AND ${IS_HELD} AND lease_until > ?`,
    [account, await db.now()],
  );
  return holders.some((holder) => !owner.isDead(holder));
}

function byTurn(a: Candidate, b: Candidate): number {
  return a.turn - b.turn || a.createdAt - b.createdAt;
}
