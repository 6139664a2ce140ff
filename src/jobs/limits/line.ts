import type { JobRow } from '../model/job-row.ts';
import type { QueuedSpending } from '../store/fair-queue.ts';

/** A job, and the jobs that get their permit before it. */
export interface Line {
  /** In the order of the queue. */
  readonly ahead: readonly QueuedSpending[];
  readonly own: OwnSpending;
}

/** What a job will take of the budgets, and the budget of its principal where that has one. */
export type OwnSpending = Pick<JobRow, 'principal' | 'operations' | 'principalBudget'>;

/** The operations of the jobs of a line, by place; those of other principals as 0 where one is named. */
export function operationsInLine({ ahead, own }: Line, principal?: string): readonly number[] {
  return [...ahead, own].map((job) => (principal === undefined || job.principal === principal ? job.operations : 0));
}
