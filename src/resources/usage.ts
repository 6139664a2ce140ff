import { batchLines } from '../render/jobs/batch.ts';
import { budgetFacts } from '../render/jobs/budget.ts';
import { jobLine, quotaFacts } from '../render/jobs/overview.ts';
import { isoTime } from '../render/phrases.ts';
import { withoutUndefined } from '../render/rendered.ts';
import type { FixedResource } from './define.ts';
import { jsonContents } from './json.ts';

const RECENT = 10;

/** `firefly://usage`: queue, recent jobs and batches, quota, budget, and paid requests by day and tool. */
export const usage: FixedResource = {
  kind: 'fixed',
  uri: 'firefly://usage',
  name: 'usage',
  title: 'Usage',
  description:
    'Queue, recent jobs and batches with what each spent, quota window, daily budget, and your paid requests by day and by tool, as JSON.',
  mimeType: 'application/json',
  async read(call) {
    const { jobs, batches } = await call.services();
    const { queued, running, quota, budget, jobs: recent } = await jobs.overview(call.caller, { limit: RECENT });
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
        spent: {
          note: 'Your own paid requests that Adobe accepted, or may have; days are UTC. Quota and budget count those of all callers.',
          days: spent.days.map(({ day, paidRequests }) => ({ day, paid_requests: paidRequests })),
          tools: spent.tools.map(({ tool, paidRequests }) => ({ tool, paid_requests: paidRequests })),
        },
      }),
    );
  },
};
