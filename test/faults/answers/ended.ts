import type { AnsweringAdobe, Script } from './answering-adobe.ts';

/** All jobs at once, so that simulated time passes for all of them together. */
export async function allEnded(
  adobe: AnsweringAdobe,
  scripts: Readonly<Record<string, Script>>,
): Promise<Map<string, Ended>> {
  const jobs = await allStarted(adobe, scripts);
  const views = await adobe.waitForAll(jobs.map(([, { job }]) => job));
  return new Map(jobs.map(([name, each], place) => [name, { ...each, job: views[place] ?? each.job }]));
}

export type Ended = Awaited<ReturnType<AnsweringAdobe['enqueue']>>;

export async function allStarted(adobe: AnsweringAdobe, scripts: Readonly<Record<string, Script>>) {
  const jobs: (readonly [string, Ended])[] = [];
  for (const [name, script] of Object.entries(scripts)) jobs.push([name, await adobe.enqueue(name, script)]);
  return jobs;
}

/** State and problem of a job. */
export const verdict = ({ job }: Ended) =>
  [job.state, job.problem?.code].filter((part) => part !== undefined).join(' ');
