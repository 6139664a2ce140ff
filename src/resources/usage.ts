import { budgetFacts } from '../render/budget.ts';
import { isoTime, secondsUntil } from '../render/phrases.ts';
import { withoutUndefined } from '../render/rendered.ts';
import type { FixedResource } from './define.ts';
import { jsonContents } from './json.ts';

/** `firefly://usage`: the queue, the quota, the budget, and what was spent lately. */
export const usage: FixedResource = {
  kind: 'fixed',
  uri: 'firefly://usage',
  name: 'usage',
  title: 'Usage',
  description: 'Queue, quota window, daily budget, and your paid requests by day and by tool, as JSON.',
  mimeType: 'application/json',
  async read(call) {
    const { jobs } = await call.services();
    const { queued, running, quota, budget } = await jobs.overview(call.caller, { limit: 0 });
    const spent = await jobs.usage(call.caller);
    const now = call.clock.now();
    return jsonContents(
      this.uri,
      withoutUndefined({
        as_of: isoTime(now),
        queue: { queued, running },
        quota: {
          per_minute: quota.perMinute,
          used_this_minute: quota.usedThisMinute,
          per_day: quota.perDay,
          used_today: quota.usedToday,
          held_for_seconds: secondsUntil(quota.heldUntil, now),
        },
        budget: budgetFacts(budget, now),
        spent: {
          note: 'Your own paid requests that Adobe accepted, or may have; days are UTC. Quota and budget count everybody’s.',
          days: spent.days.map(({ day, paidRequests }) => ({ day, paid_requests: paidRequests })),
          tools: spent.tools.map(({ tool, paidRequests }) => ({ tool, paid_requests: paidRequests })),
        },
      }),
    );
  },
};
