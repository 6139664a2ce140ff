import { z } from 'zod';
import type { Cost } from '../firefly/pricing.ts';
import { isFinal, JOB_STATES } from '../jobs/model/states.ts';
import { counted } from './phrases.ts';

/** A cost in a result. */
export const CostFacts = z.strictObject({
  operations: z.int().describe("Adobe's unit of billing"),
  requests: z.int().describe('Paid requests'),
  estimate: z.boolean().describe('Price not published'),
});

/** A cost as plain data of a result. */
export function costFacts({ operations, requests, estimate }: Cost): z.infer<typeof CostFacts> {
  return { operations, requests, estimate };
}

/** As `costPhrase`, of a job: one that has not ended may still cost what it has not yet. */
export function costOfJob({ state, cost }: { readonly state?: string | undefined; readonly cost: Cost }): string {
  const isOver = JOB_STATES.some((known) => known === state && isFinal(known));
  return cost.requests === 0 && !isOver ? 'nothing yet' : costPhrase(cost);
}

/** "4 operations (1 request)", "4 operations (1 request, estimate)" where Adobe publishes no price, or "nothing". */
export function costPhrase({ operations, requests, estimate }: Cost): string {
  if (requests === 0) return 'nothing';
  return `${counted(operations, 'operation')} (${counted(requests, 'request')}${estimate ? ', estimate' : ''})`;
}
