import { z } from 'zod';
import type { Queryable } from '../../../store/database.ts';
import { nullable, readRows, readTexts, time } from '../../../store/rows.ts';
import type { PersonQueue, UnfinishedJob } from '../../model/administration.ts';
import { QUEUE_ORDER, WAITING } from '../sql.ts';

const UnfinishedRow = z
  .object({
    id: z.string(),
    principal: z.string(),
    tool: z.string(),
    // A newer version may have states of its own.
    state: z.string(),
    cancel: z.string(),
    operations: z.number(),
    batch: nullable(z.string()),
    progress: nullable(z.number()),
    created_at: time,
  })
  .transform(({ cancel, created_at: createdAt, ...rest }): UnfinishedJob => ({
    ...rest,
    cancelling: cancel !== 'none',
    createdAt,
  }));

const PersonRow = z.object({ principal: z.string(), queued: z.number(), running: z.number() });

/** Unfinished jobs of an account, of all principals: those with a permit first, then in the order of the queue. */
export function unfinishedOfAll(
  from: Queryable,
  { account, limit }: { readonly account: string; readonly limit: number },
): Promise<readonly UnfinishedJob[]> {
  return readRows(
    from,
    UnfinishedRow,
    `SELECT id, principal, tool, state, cancel, operations, batch, progress, created_at FROM jobs
     WHERE account = ? AND finished_at IS NULL
     ORDER BY CASE WHEN state IN ${WAITING} THEN 1 ELSE 0 END, ${QUEUE_ORDER} LIMIT ?`,
    [account, limit],
  );
}

/** How many unfinished jobs each principal has, paused ones included; most first. */
export function queueByPerson(from: Queryable, account: string): Promise<readonly PersonQueue[]> {
  const waits = `CASE WHEN state IN ${WAITING} THEN 1 ELSE 0 END`;
  return readRows(
    from,
    PersonRow,
    `SELECT principal, SUM(${waits}) AS queued, SUM(1 - ${waits}) AS running FROM jobs
     WHERE account = ? AND finished_at IS NULL GROUP BY principal ORDER BY COUNT(*) DESC, principal`,
    [account],
  );
}

/** The principal of a job or batch of this id. */
export async function ownerOf(from: Queryable, account: string, id: string): Promise<string | undefined> {
  const [owner] = await readTexts(
    from,
    `SELECT principal FROM jobs WHERE id = ? AND account = ?
     UNION ALL SELECT principal FROM batches WHERE id = ? AND account = ?`,
    [id, account, id, account],
  );
  return owner;
}
