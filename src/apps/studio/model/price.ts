import type { Cost } from './answers.ts';

/** Tools of the page that spend. */
export type PaidTool = 'generate_image' | 'fill_image' | 'expand_image' | 'vary_image' | 'upscale_image' | 'edit_image';

/** Tools and models whose price is not on Adobe's public list. */
const ESTIMATED: ReadonlySet<string> = new Set(['upscale_image', 'edit_image', 'image5']);

/**
 * What a call would cost, for the stub of its button: one operation for each picture (`src/firefly/pricing.ts`). The
 * server counts for itself; test/apps/studio/price.test.ts holds both equal.
 */
export function priceOf(tool: string, count = 1, model = ''): Cost {
  return { operations: count, requests: 1, estimate: ESTIMATED.has(tool) || ESTIMATED.has(model) };
}
