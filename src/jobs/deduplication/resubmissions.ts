import { costOf } from '../../firefly/pricing.ts';
import type { Database, Queryable } from '../../store/database.ts';
import { alreadyResubmitted, notResubmittable } from '../model/problems.ts';
import type { JobRow } from '../model/job-row.ts';
import type { Resubmission } from '../model/requests/call-options.ts';
import { isFinal } from '../model/states.ts';
import { costOfJobs } from '../store/permits/costs.ts';
import { findReplacement, isUndeliveredSince } from '../store/duplicates.ts';
import { endedWithDemo, UNDELIVERED_WINDOW_MS } from './duplicates.ts';

/**
 * The job that answers a repeated resubmission: the last replacement of the chain, if it is unfinished, has succeeded, or
 * has ended without a delivered answer within two minutes; undefined where a new job is due.
 * @throws Problem `already_resubmitted` when its own outcome is unknown: a third charge needs its own consent
 */
export async function findResubmission(from: Queryable, id: string, now: number): Promise<JobRow | undefined> {
  const newest = await newestReplacement(from, id);
  if (newest === undefined || newest.state === 'succeeded' || !isFinal(newest.state)) return newest;
  if (endedWithDemo(newest)) return undefined;
  if (newest.state === 'submit_unknown') throw alreadyResubmitted(newest.id);
  return (await isUndeliveredSince(from, newest.id, now - UNDELIVERED_WINDOW_MS)) ? newest : undefined;
}

/** What a resubmission of this job would spend; undefined where an earlier one answers. @throws Problem as `resubmittable` and `findResubmission` */
export async function resubmissionOf(job: JobRow, db: Database): Promise<Resubmission | undefined> {
  const { id, facts } = resubmittable(job);
  if (await findResubmission(db, id, await db.now())) return undefined;
  const spent = await costOfJobs(db, [id]);
  return { cost: costOf(job), prompt: facts.prompt, mayChargeTwice: spent.has(id) };
}

async function newestReplacement(from: Queryable, id: string): Promise<JobRow | undefined> {
  const replacement = await findReplacement(from, id);
  return replacement && ((await newestReplacement(from, replacement.id)) ?? replacement);
}

/** The job, where it ended without pictures. @throws Problem `not_resubmittable` */
export function resubmittable(job: JobRow): JobRow {
  if (isFinal(job.state) && job.state !== 'succeeded') return job;
  throw notResubmittable(job.state, { hasKey: job.idempotencyKey !== undefined });
}
