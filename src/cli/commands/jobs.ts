import type { BatchView } from '../../jobs/batches/model/batch-types.ts';
import type { JobView, Overview } from '../../jobs/model/types.ts';
import { LOCAL_CALLER } from '../../shared/caller.ts';
import type { Services } from '../../tools/definition/define.ts';
import { demoFlag, type Command } from '../command.ts';
import { compose } from '../composition/compose.ts';
import { configure } from '../composition/configure.ts';
import { mayHoldJobs } from '../composition/data-paths.ts';
import { EXIT } from '../exit-codes.ts';
import { progressLine } from '../terminal/progress-line.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

const MAX_JOBS = 20;
const MAX_BATCHES = 10;
const POLL_INTERVAL_MS = 1_000;

export const jobs: Command = {
  usage: '[--wait] [--demo]',
  description: `Shows the queued, running and recent jobs of the configured credentials, and how much of the quota is used. With --wait,
first completes all unfinished jobs.`,
  flags: { wait: { type: 'boolean', help: 'Work on unfinished jobs until none is left.' }, ...demoFlag },
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const configured = configure(flags, terminal, { oneShot: true });
    if (!mayHoldJobs(configured.config)) {
      await terminal.out('There are no jobs yet.\n');
      return EXIT.ok;
    }
    const waits = flags.booleans.has('wait');
    const composition = compose({ ...configured, terminal, drivesJobs: waits });
    try {
      const services = await composition.services();
      if (waits) await waitForAll(services, terminal);
      const overview = await services.jobs.overview(LOCAL_CALLER, { limit: MAX_JOBS });
      const batches = await services.batches.list({ limit: MAX_BATCHES }, LOCAL_CALLER);
      const { demo, credentials } = configured.config;
      if (!demo && credentials === undefined) {
        terminal.err('No credentials are configured. Jobs are only shown with the credentials that made them.\n');
      }
      await terminal.out(await describeJobs(overview, batches, terminal.clock.now()));
      return terminal.interrupted().aborted ? EXIT.interrupted : EXIT.ok;
    } finally {
      await composition.close();
    }
  },
};

async function waitForAll({ jobs: queue, batches }: Services, terminal: Terminal): Promise<void> {
  const progress = progressLine(terminal);
  const interrupted = terminal.interrupted();
  while (!interrupted.aborted) {
    const { queued, running } = await queue.overview(LOCAL_CALLER, { limit: 1 });
    if (queued + running === 0) break;
    progress.show(`${queued} queued, ${running} running`);
    await terminal.clock.sleep(POLL_INTERVAL_MS, interrupted).catch(() => undefined);
  }
  await progress.finish();
  for (const { id, settled } of await batches.list({ limit: MAX_JOBS }, LOCAL_CALLER)) {
    if (!settled && !interrupted.aborted) await batches.writeOutput(id, LOCAL_CALLER, { signal: interrupted });
  }
}

/** Queued, running and recent jobs as a table, with batches and quota. */
export async function describeJobs(overview: Overview, batches: readonly BatchView[], now: number): Promise<string> {
  const { costPhrase } = await import('../../render/cost.ts');
  const { phase } = await import('../../render/jobs/job-phrases.ts');
  const { batchSummary } = await import('../../render/jobs/batch.ts');
  const { inAbout } = await import('../../render/phrases.ts');
  const { quotaFacts, quotaSentence } = await import('../../render/account/quota.ts');
  const { budgetFacts, budgetSentence } = await import('../../render/account/budget.ts');
  const row = (job: JobView) => [
    job.id,
    job.state,
    job.tool,
    age(now - job.createdAt),
    phase(job, now),
    costPhrase(job.cost),
    job.images.map((image) => image.id).join(' '),
  ];
  const { quota, queued, running } = overview;
  const lines = [
    ...batches.map(
      (each) => `${each.id}  ${each.state}  ${each.tool}  ${batchSummary(each, now)}; cost: ${costPhrase(each.cost)}`,
    ),
    ...(batches.length > 0 ? [''] : []),
    ...(overview.jobs.length === 0
      ? [batches.length > 0 ? 'There are no jobs outside of batches.' : 'There are no jobs yet.']
      : table([['job', 'state', 'tool', 'age', 'progress', 'cost', 'pictures'], ...overview.jobs.map(row)])),
    '',
    `${queued} queued, ${running} running. ${quotaSentence(quotaFacts(quota, now))}`,
  ];
  const budget = budgetFacts(overview.budget, now);
  if (budget !== undefined) lines.push(budgetSentence(budget, 'installation'));
  if (quota.cooldownUntil !== undefined) {
    lines.push(`Adobe asked for a pause (429): nothing is sent for ${inAbout(quota.cooldownUntil - now)}.`);
  }
  return `${lines.join('\n')}\n`;
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}
