import type { AccessView } from '../../firefly/auth/access.ts';
import type { BatchView } from '../../jobs/batches/model/batch-types.ts';
import type { Usage } from '../../jobs/model/spending-views.ts';
import type { JobView, Overview } from '../../jobs/model/types.ts';
import { costFacts, costOfJob, costPhrase } from '../cost.ts';
import { batchLines } from './batch.ts';
import { accessFacts, accessSentence } from '../account/access.ts';
import { budgetFacts, budgetSentence } from '../account/budget.ts';
import { spentFacts, spentSentence } from '../account/spent.ts';
import { quotaFacts, quotaSentence } from '../account/quota.ts';
import { phase } from './job-phrases.ts';
import { isoTime, shortened } from '../phrases.ts';
import type { RenderContext } from '../pictures/picture.ts';
import { demoNotice } from '../demo.ts';
import { textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { JobStatusResult } from '../schemas.ts';

/** What an overview shows. */
export interface Look {
  readonly overview: Overview;
  readonly batches: readonly BatchView[];
  readonly usage: Usage;
  readonly access: AccessView;
}

interface Seen extends Look {
  readonly demo: boolean;
  readonly rendered: Rendered;
}

/** Results by the overview that they show: callers who share a read of the store share its rendering. */
const seen = new WeakMap<Overview, Seen>();

/**
 * The overview: numbers of queued and running jobs, recent jobs and batches, quota and budget. Of looks that show equal
 * objects, the result of the first: an overview is shared for less than the second in which its times are told.
 */
export function renderOverview(look: Look, context: Pick<RenderContext, 'now' | 'demo'>): Rendered {
  const known = seen.get(look.overview);
  if (known !== undefined && isEqual(known, look) && known.demo === context.demo) return known.rendered;
  const rendered = render(look, context);
  seen.set(look.overview, { ...look, demo: context.demo, rendered });
  return rendered;
}

function isEqual(one: Look, other: Look): boolean {
  const { works, saidAt, problem } = other.access;
  return (
    one.batches === other.batches &&
    one.usage === other.usage &&
    one.access.works === works &&
    one.access.saidAt === saidAt &&
    one.access.problem === problem
  );
}

function render(look: Look, context: Pick<RenderContext, 'now' | 'demo'>): Rendered {
  const { overview, batches } = look;
  const facts = { ...overviewFacts(look, context), ...batchLines(batches, context.now) };
  const only = overview.jobs.length === 0 && batches.length > 0;
  const result = only ? { ...facts, next: 'Call job_status with a batch to see it whole, or to wait for it.' } : facts;
  return { text: overviewText(result), structured: withoutUndefined(result), pictures: [], links: [], isError: false };
}

/** One job of a list. */
export function jobLine(job: JobView, now: number): NonNullable<JobStatusResult['jobs']>[number] {
  return {
    job: job.id,
    state: job.state,
    summary: phase(job, now),
    prompt: job.facts.prompt === undefined ? undefined : shortened(job.facts.prompt, 80),
    images: job.images.map((image) => image.id),
    cost: costFacts(job.cost),
    created_at: isoTime(job.createdAt),
  };
}

function overviewFacts(
  { overview, usage, access }: Look,
  context: Pick<RenderContext, 'now' | 'demo'>,
): JobStatusResult {
  return {
    access: accessFacts(access, context),
    queued: overview.queued,
    running: overview.running,
    jobs: overview.jobs.map((job) => jobLine(job, context.now)),
    spent: spentFacts(usage, context.now),
    older: overview.hasOlder || undefined,
    quota: quotaFacts(overview.quota, context.now),
    budget: budgetFacts(overview.budget, context.now),
    own_budget: budgetFacts(overview.ownBudget, context.now),
    demo: context.demo || undefined,
    next:
      overview.jobs.length === 0
        ? 'There is no job yet; generate_image makes one.'
        : 'Call job_status with a job to see it whole, or to wait for it.',
  };
}

function overviewText(result: JobStatusResult): string {
  const { access, spent, quota, budget, own_budget: ownBudget } = result;
  const lines = [
    `${result.queued} queued, ${result.running} running.`,
    access && accessSentence(access),
    spent && spentSentence(spent),
    quota && quotaSentence(quota),
    quota?.held_for_seconds ? `Adobe asked to hold back for ${quota.held_for_seconds} s more.` : undefined,
    budget && budgetSentence(budget, 'installation'),
    ownBudget && budgetSentence(ownBudget, 'principal'),
    ...(result.batches ?? []).map(
      ({ batch, batch_state, summary, cost }) => `- ${batch} ${batch_state}: ${summary}, cost: ${costPhrase(cost)}`,
    ),
    ...(result.jobs ?? []).map((job) => {
      const prompt = job.prompt === undefined ? '' : ` ${JSON.stringify(job.prompt)}`;
      const images = job.images.length === 0 ? '' : ` → ${job.images.join(', ')}`;
      return `- ${job.job} (${job.created_at}) ${job.state}: ${job.summary}, cost: ${costOfJob(job)}${prompt}${images}`;
    }),
    result.older ? 'and older jobs: list_images shows their pictures, job_status one of them by its id.' : undefined,
    `Next: ${result.next}`,
    result.demo ? demoNotice({ pictures: false }) : undefined,
  ];
  return textOf(lines);
}
