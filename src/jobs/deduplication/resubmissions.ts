import type { Queryable } from '../../store/database.ts';
import { alreadyResubmitted } from '../model/problems.ts';
import type { JobRow } from '../model/job-row.ts';
import { isFinal } from '../model/states.ts';
import { findReplacement } from '../store/duplicates.ts';

/**
 * The job that answers a repeated resubmission: the last replacement of the chain, if it is unfinished or has
 * succeeded; undefined where a new job is due.
 * @throws Problem `already_resubmitted` when its own outcome is unknown: a third charge needs its own consent
 */
export async function findResubmission(from: Queryable, id: string): Promise<JobRow | undefined> {
  const newest = await newestReplacement(from, id);
  if (newest?.state === 'submit_unknown') throw alreadyResubmitted(newest.id);
  return newest && (newest.state === 'succeeded' || !isFinal(newest.state)) ? newest : undefined;
}

async function newestReplacement(from: Queryable, id: string): Promise<JobRow | undefined> {
  const replacement = await findReplacement(from, id);
  return replacement && ((await newestReplacement(from, replacement.id)) ?? replacement);
}
