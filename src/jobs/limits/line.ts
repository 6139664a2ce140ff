import type { Queryable, Transaction } from '../../store/database.ts';
import type { JobRow } from '../model/job-row.ts';
import { PRIORITY } from '../model/priority.ts';
import { budgetOfPrincipal, listGoingFirst, waitingSpendings, type QueuedSpending } from '../store/fair-queue.ts';

/** A job, and the jobs that get their permit before it. */
export interface Line {
  /** In the order of the queue. */
  readonly ahead: readonly QueuedSpending[];
  readonly own: OwnSpending;
}

/** What a job will take of the budgets, and the budget of its principal where that has one. */
export type OwnSpending = Pick<JobRow, 'principal' | 'operations' | 'principalBudget'>;

/** Jobs that estimates count: all but items of paused batches. */
const COUNTED_PRIORITIES = [PRIORITY.interactive, PRIORITY.batch];

/** The line in which a claimed job asks for its permit. */
export async function lineOfGrants(tx: Transaction, job: JobRow): Promise<Line> {
  return { ahead: await listGoingFirst(tx, job), own: await ownSpending(tx, job) };
}

/**
 * The line of a principal's own jobs, in which its budget is granted: also of those that are held back, so that no small
 * job overtakes a large one.
 */
export async function lineOfPrincipal(tx: Transaction, job: JobRow, own: OwnSpending): Promise<Line> {
  const part = { principal: job.principal, goingBefore: job };
  return { ahead: await waitingSpendings(tx, job.account, COUNTED_PRIORITIES, part), own };
}

/** The line that ends with a waiting job, for estimates. */
export async function lineTo(from: Queryable, job: JobRow): Promise<Line> {
  const ahead = await waitingSpendings(from, job.account, COUNTED_PRIORITIES, { goingBefore: job });
  return { ahead, own: await ownSpending(from, job) };
}

/** All jobs that wait for their permit, of one principal where it is named. */
export function waitingJobs(from: Queryable, account: string, principal?: string): Promise<Line['ahead']> {
  return waitingSpendings(from, account, COUNTED_PRIORITIES, { principal });
}

/** Interactive jobs that wait for their permit. */
export function waitingInteractive(from: Queryable, account: string): Promise<Line['ahead']> {
  return waitingSpendings(from, account, [PRIORITY.interactive]);
}

/** The operations of the jobs of a line, by place; those of other principals as 0 where one is named. */
export function operationsInLine({ ahead, own }: Line, principal?: string): readonly number[] {
  return [...ahead, own].map((job) => (principal === undefined || job.principal === principal ? job.operations : 0));
}

/** The budget of a principal may have changed since the job was stored. */
async function ownSpending(from: Queryable, job: JobRow): Promise<OwnSpending> {
  const { principal, operations, principalBudget } = job;
  const own = { principal, operations };
  return { ...own, principalBudget: principalBudget === undefined ? undefined : await budgetOfPrincipal(from, job) };
}
