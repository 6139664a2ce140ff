import type { Queryable } from '../store/database.ts';
import { alreadyResubmitted } from './problems.ts';
import { fromRow, type JobRecord } from './record.ts';
import { isFinal } from './states.ts';

/** The job that stands for `id` by now: the newest replacement, or the newest one of that. */
export async function lastSuccessor(from: Queryable, id: string): Promise<JobRecord | undefined> {
  const query = 'SELECT * FROM jobs WHERE replaces = ? ORDER BY created_at DESC LIMIT 1';
  const row = await from.first(query, [id]);
  if (!row) return undefined;
  const successor = fromRow(row);
  return (await lastSuccessor(from, successor.id)) ?? successor;
}

/**
 * Whether a replacement is under way or has made the pictures; a call that repeats a resubmit is answered with it.
 * @throws Problem `already_resubmitted` where its own outcome is unknown: a third charge needs its own consent
 */
export function mayHaveBrought({ id, state }: JobRecord): boolean {
  if (state === 'submit_unknown') throw alreadyResubmitted(id);
  return state === 'succeeded' || !isFinal(state);
}
