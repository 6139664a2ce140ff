import { z } from 'zod';
import type { Queryable } from '../../store/database.ts';
import { PRIORITY } from '../model/priority.ts';
import { isFree, type LeaseHolder } from './lease.ts';
import { readTexts } from './rows.ts';
import { QUEUE_ORDER, TAKEN } from './sql.ts';

/** How many jobs there is room for: those that are at Adobe, and those that wait for their turn, by kind. */
export interface Room {
  /** How many more of any kind. */
  readonly started: number;
  /** How many in all. One that goes before those that are held is taken in any case, so that turns are kept. */
  readonly interactive: number;
  readonly batch: number;
}

/** What there is to do for a process. Others may be faster. */
export interface Work {
  /** Unfinished jobs that no process works on, those already begun first, then in the order of the queue. */
  readonly claimable: readonly string[];
  /** Jobs of this process that a caller wants cancelled. */
  readonly unwanted: readonly string[];
}

const SEEN = 'id, state, lease_owner, lease_until, cancel, priority, turn, created_at';
const Seen = z.object({
  id: z.string(),
  state: z.string(),
  lease_owner: z.string().nullable(),
  lease_until: z.number(),
  cancel: z.string(),
  priority: z.number(),
  turn: z.number(),
  created_at: z.number(),
});

type Placed = Pick<z.infer<typeof Seen>, 'turn' | 'created_at'>;

const HEAD = `SELECT 1 AS place, ${SEEN} FROM jobs
  WHERE account = ? AND finished_at IS NULL AND state = 'queued' AND priority = ? AND runnable_at <= ?
  ORDER BY ${QUEUE_ORDER} LIMIT ?`;
/** Everything that processes have taken, and the head of each queue: one statement, as every process repeats it. */
const LOOK = `SELECT 0 AS place, ${SEEN} FROM jobs
  WHERE account = ? AND finished_at IS NULL AND state IN ${TAKEN}
  UNION ALL SELECT * FROM (${HEAD}) AS interactive
  UNION ALL SELECT * FROM (${HEAD}) AS batch
  ORDER BY place, ${QUEUE_ORDER}`;

/** Looks for work, as far as `limits` have room for it. */
export async function lookForWork(
  db: Queryable & { now(): Promise<number> },
  { account, owner, limits }: { account: string; owner: LeaseHolder; limits: Room },
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
  const next = (priority: number, most: number) => {
    const waits = ({ state, leaseOwner }: (typeof seen)[number]) =>
      state === 'queued' || (state === 'preparing' && leaseOwner === owner.id);
    const inTurn = seen.filter((job) => job.priority === priority && waits(job)).sort(byTurn);
    return inTurn.slice(0, most).filter(({ state }) => state === 'queued');
  };
  const queued = [...next(PRIORITY.interactive, limits.interactive), ...next(PRIORITY.batch, limits.batch)];
  return {
    claimable: [...free, ...queued.slice(0, limits.started)].map(({ id }) => id),
    unwanted: started.filter((job) => job.leaseOwner === owner.id && job.cancel === 'requested').map(({ id }) => id),
  };
}

/** Whether some process works on jobs of this account; where any is unfinished, a living one always holds some. */
export async function isDriven(
  db: Queryable & { now(): Promise<number> },
  { account, owner }: { account: string; owner: LeaseHolder },
): Promise<boolean> {
  const holders = await readTexts(
    db,
    `SELECT DISTINCT lease_owner FROM jobs WHERE account = ? AND finished_at IS NULL
       AND state IN ${TAKEN} AND lease_until > ?`,
    [account, await db.now()],
  );
  return holders.some((holder) => !owner.isDead(holder));
}

function byTurn(a: Placed, b: Placed): number {
  return a.turn - b.turn || a.created_at - b.created_at;
}
