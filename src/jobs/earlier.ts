import type { Clock } from '../shared/clock.ts';
import type { Database, Queryable } from '../store/database.ts';
import type { Attendance } from './attendance.ts';
import { idempotencyConflict } from './problems.ts';
import { fromRow, type JobRecord } from './record.ts';
import { attaches, fingerprint, KEY_HOLDS_MS, UNDELIVERED_HOLDS_MS, UNKNOWN_HOLDS_MS } from './repeats.ts';
import type { Caller, EnqueueOptions, PaidRequest } from './types.ts';

const LOOK_MS = 200;

/** What is needed to find the job of an identical call. */
export interface EarlierParts {
  readonly db: Database;
  readonly account: string;
  readonly attendance: Attendance;
  readonly clock: Clock;
}

/** One paid call, as it is compared with others. Before the request is known, its key and its words can tell. */
export interface ComparedCall extends Pick<EnqueueOptions, 'idempotencyKey' | 'again' | 'call' | 'saysLast'> {
  readonly caller: Caller;
  readonly request: PaidRequest | undefined;
}

/**
 * The job that a call attaches to instead of making one (DESIGN §3 "Repeats"). A call of another machine that may have
 * died is waited for until it gives a sign of life, or until that is overdue: a few seconds at most.
 * @throws Problem `idempotency_conflict`
 */
export async function awaitEarlier(call: ComparedCall, parts: EarlierParts): Promise<JobRecord | undefined> {
  const seen = new Map<string, number>();
  const lives = ({ id, attendedUntil }: JobRecord) => attendedUntil > (seen.get(id) ?? attendedUntil);
  for (;;) {
    const now = await parts.db.now();
    const candidates = await candidatesFor(call, parts, parts.db, now);
    const doubtful = candidates.filter((job) => parts.attendance.stateOf(job, now) === 'doubtful' && !lives(job));
    // A key decides by itself.
    if (doubtful.length === 0 || call.idempotencyKey !== undefined)
      return candidates.find((job) => joins(job, call, parts, now));
    for (const { id, attendedUntil } of doubtful) if (!seen.has(id)) seen.set(id, attendedUntil);
    await parts.clock.sleep(LOOK_MS);
  }
}

/** The same within a transaction, without waiting for anything. @throws Problem `idempotency_conflict` */
export async function findEarlier(
  call: ComparedCall,
  parts: Pick<EarlierParts, 'account' | 'attendance'>,
  tx: Queryable & { readonly now: number },
): Promise<JobRecord | undefined> {
  const candidates = await candidatesFor(call, parts, tx, tx.now);
  return candidates.find((job) => joins(job, call, parts, tx.now));
}

function joins(
  job: JobRecord,
  { idempotencyKey }: ComparedCall,
  { attendance }: Pick<EarlierParts, 'attendance'>,
  now: number,
): boolean {
  if (idempotencyKey !== undefined) return true;
  return attaches(job, now, { isClosed: attendance.stateOf(job, now) === 'closed' });
}

/**
 * Jobs of the same request, whatever its words. And of the same words in the same conversation where they say `last` and
 * their call never had an answer: `last` is by now what that call has made itself, and may not even be legal any more.
 */
async function candidatesFor(
  call: ComparedCall,
  parts: Pick<EarlierParts, 'account'>,
  from: Queryable,
  now: number,
): Promise<readonly JobRecord[]> {
  if (call.idempotencyKey !== undefined) return byKey(call, parts, from, now);
  const { request, caller, again } = call;
  if (again === true) return [];
  const mark = request === undefined ? '' : fingerprint(request);
  const rows = await from.all(
    `SELECT * FROM jobs WHERE id IN
         (SELECT id FROM jobs WHERE principal = ? AND account = ? AND fingerprint = ?
          UNION SELECT id FROM jobs WHERE principal = ? AND account = ? AND call_mark = ? AND delivery = 'none'
            AND COALESCE(conversation, '') = ?)
       AND batch IS NULL
       AND (finished_at IS NULL OR (state = 'submit_unknown' AND finished_at > ?)
            OR (state = 'succeeded' AND delivery = 'none' AND finished_at > ?))
       AND NOT EXISTS (SELECT 1 FROM jobs AS newer WHERE newer.replaces = jobs.id)
     ORDER BY created_at DESC`,
    [
      caller.principal,
      parts.account,
      mark,
      caller.principal,
      parts.account,
      call.saysLast === true ? (call.call ?? '') : '',
      caller.conversation ?? '',
      now - UNKNOWN_HOLDS_MS,
      now - UNDELIVERED_HOLDS_MS,
    ],
  );
  return rows.map(fromRow);
}

async function byKey(
  { idempotencyKey, call, request, caller }: ComparedCall,
  { account }: Pick<EarlierParts, 'account'>,
  from: Queryable,
  now: number,
): Promise<readonly JobRecord[]> {
  const row = await from.first(
    `SELECT * FROM jobs WHERE principal = ? AND account = ? AND idempotency_key = ? AND created_at > ?
     ORDER BY created_at DESC LIMIT 1`,
    [caller.principal, account, idempotencyKey ?? '', now - KEY_HOLDS_MS],
  );
  if (!row) return [];
  const job = fromRow(row);
  if (call !== undefined && job.callMark === call) return [job];
  if (request === undefined) return [];
  if (job.fingerprint !== fingerprint(request)) throw idempotencyConflict(job.id);
  return [job];
}
