import { z } from 'zod';
import { totalCost } from '../../firefly/pricing.ts';
import { type Usage, USAGE_DAYS } from '../../jobs/model/spending-views.ts';
import { CostFacts, costFacts, costPhrase } from '../cost.ts';

/** What the calls of one principal may have been charged for. */
export const SpentFacts = z.strictObject({ today: CostFacts, last_30_days: CostFacts });
export type SpentFacts = z.infer<typeof SpentFacts>;

/** The spending of this day in UTC and of 30 days, at `now` (epoch milliseconds). */
export function spentFacts({ days }: Pick<Usage, 'days'>, now: number): SpentFacts {
  const today = new Date(now).toISOString().slice(0, 10);
  const own = days.filter(({ day }) => day === today);
  return {
    today: costFacts(totalCost(own.map(({ cost }) => cost))),
    last_30_days: costFacts(totalCost(days.map(({ cost }) => cost))),
  };
}

/** Which part of a sum is an estimate: the operations without a price in `PRICES`. */
const ESTIMATED =
  'Estimated are only Image 5, upscaling and composites into a picture: Adobe publishes no price, so each picture counts as 1 operation.';

/** The spending in words. */
export function spentSentence({ today, last_30_days: month }: SpentFacts): string {
  const words = `Your calls cost ${costPhrase(today)} today (UTC), ${costPhrase(month)} in the last ${USAGE_DAYS} days.`;
  return month.estimate ? `${words} ${ESTIMATED}` : words;
}
