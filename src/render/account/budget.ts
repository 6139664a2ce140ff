import { z } from 'zod';
import type { BudgetOwner, BudgetView } from '../../jobs/model/spending-views.ts';
import { counted, inAbout, secondsUntil } from '../phrases.ts';

/** A daily budget in a result, in operations. */
export const BudgetFacts = z.strictObject({
  per_24_hours: z.int().describe('Limit'),
  used: z.int().describe('Spent'),
  waiting: z.int().describe('Promised to waiting jobs'),
  left: z.int().describe('Free now'),
  free_in_seconds: z.int().optional().describe('Until more is free'),
  resets_in_seconds: z.int().optional().describe('Until the first of them is free again'),
});
export type BudgetFacts = z.infer<typeof BudgetFacts>;

/** The budget at `now` (epoch milliseconds); undefined where none is set. */
export function budgetFacts(budget: BudgetView | undefined, now: number): BudgetFacts | undefined {
  if (budget === undefined) return undefined;
  return {
    per_24_hours: budget.limit,
    used: budget.spent,
    waiting: budget.committed,
    left: budget.left,
    free_in_seconds: secondsUntil(budget.freeAt, now),
    resets_in_seconds: secondsUntil(budget.resetsAt, now),
  };
}

/** The budget as one sentence. */
export function budgetSentence(budget: BudgetFacts, owner: BudgetOwner): string {
  const { per_24_hours: limit, used, waiting, left } = budget;
  const name = owner === 'principal' ? 'Your own budget' : 'Budget';
  const promised = waiting === 0 ? '' : `, ${waiting} promised to waiting jobs`;
  const free = freeAgain(budget);
  return `${name}: ${used} of ${counted(limit, 'operation')} used in the last 24 hours${promised}, ${left} left${free}.`;
}

function freeAgain({ free_in_seconds: free, resets_in_seconds: reset }: BudgetFacts): string {
  if (free !== undefined) return `; more is free in ${inAbout(free * 1000)}`;
  return reset === undefined ? '' : `, the first free again in ${inAbout(reset * 1000)}`;
}
