import { z } from 'zod';
import type { BudgetView } from '../../jobs/model/types.ts';
import { counted, inAbout, secondsUntil } from '../phrases.ts';

/** The daily budget in a result. */
export const BudgetFacts = z.strictObject({
  per_24_hours: z.int().describe('Limit'),
  spent_in_24_hours: z.int().describe('Spent'),
  waiting: z.int().describe('Jobs that will spend'),
  free_in_seconds: z.int().optional().describe('Next call'),
});
export type BudgetFacts = z.infer<typeof BudgetFacts>;

/** The budget at `now` (epoch milliseconds); undefined where none is set. */
export function budgetFacts(budget: BudgetView | undefined, now: number): BudgetFacts | undefined {
  if (budget === undefined) return undefined;
  return {
    per_24_hours: budget.limit,
    spent_in_24_hours: budget.spent,
    waiting: budget.committed,
    free_in_seconds: secondsUntil(budget.freeAt, now),
  };
}

/** The budget as one sentence. */
export function budgetSentence(budget: BudgetFacts): string {
  const waiting = budget.waiting === 0 ? '' : `, ${counted(budget.waiting, 'waiting job')} not counted yet`;
  const { free_in_seconds: seconds } = budget;
  const free = seconds === undefined ? '' : `; a new call is refused for ${inAbout(seconds * 1000)} more`;
  return `Budget: ${budget.spent_in_24_hours} of ${counted(budget.per_24_hours, 'paid request')} spent in the last 24 hours${waiting}${free}.`;
}
