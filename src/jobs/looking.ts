import { z } from 'zod';
import type { Queryable } from '../store/database.ts';
import type { Owner } from './owner.ts';
import { PRIORITY, QUEUE_ORDER } from './turns.ts';

/** How many jobs there is room for: those that were begun before, and the heads of the queues. */
export interface Room {
  readonly started: number;
  readonly interactive: number;
  readonly batch: number;
}

/** What there is to do for a process. Others may be faster. */
export interface Work {
  /** Unfinished jobs that nobody works on, those already begun first, then in the order of the queue. */
  readonly claimable: readonly string[];
  /** Jobs of this process that somebody wants cancelled. */
  readonly unwanted: readonly string[];
}

const SEEN = 'id, state, lease_owner, lease_until, cancel, priority, turn, created_at';
const Seen = z.object({
  id: z.string(),
  state: z.string(),
  lease_owner: z.string().nullable(),
  lease_until: z.number(),
  cancel: z.string(),
});

const HEAD = `SELECT 1 AS place, ${SEEN} FROM jobs
  WHERE account = ? AND finished_at IS NULL AND state = 'queued' AND priority = ? AND runnable_at <= ?
  ORDER BY ${QUEUE_ORDER} LIMIT ?`;
/**
 * Everything that processes have taken, and the head of each queue. One statement, since every process asks it again
 * and again. The states are named one by one, so that the index is used: most unfinished jobs are queued.
 */
const LOOK = `SELECT 0 AS place, ${SEEN} FROM jobs
  WHERE account = ? AND finished_at IS NULL
    AND state IN ('preparing', 'permitted', 'submitting', 'accepted', 'running', 'saving')
  UNION ALL SELECT * FROM (${HEAD}) AS interactive
  UNION ALL SELECT * FROM (${HEAD}) AS batch
  ORDER BY place, ${QUEUE_ORDER}`;

/** Looks for work, as far as `limits` have room for it. */
export async function lookForWork(
  db: Queryable & { now(): Promise<number> },
  { account, owner, limits }: { account: string; owner: Owner; limits: Room },
): Promise<Work> {
  const now = await db.now();
  const interactive = [account, PRIORITY.interactive, now, limits.interactive];
  const batch = [account, PRIORITY.batch, now, limits.batch];
  const seen = (await db.all(LOOK, [account, ...interactive, ...batch])).map((row) => {
    const { lease_owner: leaseOwner, lease_until: leaseUntil, ...job } = Seen.parse(row);
    return { ...job, leaseOwner: leaseOwner ?? undefined, leaseUntil };
  });
  const started = seen.filter(({ state }) => state !== 'queued');
  const free = started.filter((job) => isFree(job, owner, now)).slice(0, limits.started);
  const queued = seen.filter(({ state }) => state === 'queued');
  return {
    claimable: [...free, ...queued].map(({ id }) => id),
    unwanted: started.filter((job) => job.leaseOwner === owner.id && job.cancel === 'requested').map(({ id }) => id),
  };
}

/** Whether nobody works on a job: its lease has lapsed, or its process is gone. */
export function isFree(
  job: { readonly leaseUntil: number; readonly leaseOwner?: string | undefined },
  owner: Owner,
  now: number,
): boolean {
  return job.leaseUntil <= now || job.leaseOwner === undefined || owner.isGone(job.leaseOwner);
}
