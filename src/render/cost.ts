import { z } from 'zod';
import type { Cost } from '../firefly/pricing.ts';
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

/** "4 operations (1 request)", "about 4 operations (1 request)" for an estimate, or "nothing". */
export function costPhrase({ operations, requests, estimate }: Cost): string {
  if (requests === 0) return 'nothing';
  return `${estimate ? 'about ' : ''}${counted(operations, 'operation')} (${counted(requests, 'request')})`;
}
