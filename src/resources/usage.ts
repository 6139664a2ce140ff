import { costFacts } from '../render/cost.ts';
import { batchLines } from '../render/jobs/batch.ts';
import { budgetFacts } from '../render/account/budget.ts';
import { jobLine } from '../render/jobs/overview.ts';
import { quotaFacts } from '../render/account/quota.ts';
import { isoTime } from '../render/phrases.ts';
import { withoutUndefined } from '../render/rendered.ts';
import type { FixedResource } from './define.ts';
import { jsonContents } from './json.ts';

const RECENT = 10;

/** `firefly://usage`: queue, recent jobs and batches, quota, budgets, and cost by day and tool. */
export const usage: FixedResource = {
  kind: 'fixed',
  uri: 'firefly://usage',
  name: 'usage',
  title: 'Usage',
  description:
    'Queue, recent jobs and batches with what each spent, quota window, daily budget, and what you spent by day and by tool, in operations and requests, as JSON.',
  mimeType: 'application/json',
  async read(call) {
    const { jobs, batches } = await call.services();
    const {
      queued,
      running,
      quota,
      budget,
      ownBudget,
      jobs: recent,
    } = await jobs.overview(call.caller, { limit: RECENT });
    const recentBatches = await batches.list({ limit: RECENT }, call.caller);
    const spent = await jobs.usage(call.caller);
    const now = call.clock.now();
    return jsonContents(
      this.uri,
      withoutUndefined({
        as_of: isoTime(now),
        queue: { queued, running },
        recent: {
          jobs: recent.map((job) => withoutUndefined(jobLine(job, now))),
          ...batchLines(recentBatches, now),
        },
        quota: quotaFacts(quota, now),
        budget: budgetFacts(budget, now),
        own_budget: budgetFacts(ownBudget, now),
        spent: {
          note: 'What you may have been charged for; days are UTC. Operations are what Adobe bills. The quota counts the requests of everybody here, the budget their operations; own_budget counts yours.',
          days: spent.days.map(({ day, cost }) => ({ day, cost: costFacts(cost) })),
          tools: spent.tools.map(({ tool, cost }) => ({ tool, cost: costFacts(cost) })),
        },
      }),
    );
  },
  async version(call) {
    const { jobs, batches } = await call.services();
    const newest = [...(await jobs.versions({ newest: RECENT }, call.caller))];
    const spent = await jobs.usage(call.caller);
    return JSON.stringify([newest, spent, await batches.list({ limit: RECENT }, call.caller)]);
  },
};
