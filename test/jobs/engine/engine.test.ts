import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Jobs } from '../../../src/jobs/model/types.ts';
import { ALICE, aRequest, BOB, TestCluster } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const NOT_SENT = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;
const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const RATE_LIMITED = { kind: 'rate_limited', retryAfterMs: 30_000, problem: A_PROBLEM } as const;
const UNAUTHORIZED = { kind: 'unauthorized', problem: A_PROBLEM } as const;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

const minutes = (n: number) => n * 60_000;

const finish = (jobs: Jobs, prompt: string, caller = ALICE) => cluster.finished(jobs, aRequest(prompt), caller);

describe('a job', () => {
  test('a job sends one request and saves every picture', async () => {
    const { jobs } = await cluster.member();
    const { job, attached } = await cluster.clock.run(jobs.enqueue(aRequest('a red chair', 2), ALICE));
    expect(attached).toBe(false);
    expect(job).toMatchObject({ state: 'queued', count: 2 });
    const seen = new Set<string>();
    const onUpdate = ({ job: now }: { job: { state: string } }) => seen.add(now.state);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: minutes(5), onUpdate }));
    expect(done).toMatchObject({ state: 'succeeded', cost: { operations: 2, requests: 1 }, problem: undefined });
    expect(done.images.map(({ index, facts }) => [index, facts.seed])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(done.results).toHaveLength(2);
    expect(cluster.adobe.submits).toHaveLength(1);
    expect([...seen]).toEqual(expect.arrayContaining(['running']));
    expect(cluster.images.receiving).toBe(0);
  });
});

describe('a submit', () => {
  test('a submit with an unknown outcome is never sent again', async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.script.push('lost');
    const done = await finish(jobs, 'lost');
    expect(done).toMatchObject({
      state: 'submit_unknown',
      cost: { operations: 1, requests: 1 },
      problem: { code: 'outcome_unknown' },
    });
    await cluster.clock.pass(minutes(60));
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a submit that was not sent is retried, and fails the job after three attempts', async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.script.push(NOT_SENT, NOT_SENT);
    expect(await finish(jobs, 'second try')).toMatchObject({
      state: 'succeeded',
      cost: { operations: 1, requests: 1 },
    });
    cluster.adobe.script.push(NOT_SENT, NOT_SENT, NOT_SENT);
    const failed = await finish(jobs, 'hopeless');
    expect(failed).toMatchObject({
      state: 'failed',
      problem: { code: 'adobe_unreachable' },
      cost: { operations: 0, requests: 0 },
    });
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a submit that Adobe refuses fails the job without a retry', async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.script.push(REFUSED);
    expect(await finish(jobs, 'rude')).toMatchObject({
      state: 'failed',
      problem: { code: 'content_policy' },
      cost: { operations: 0, requests: 0 },
    });
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a submit that gets a 401 is retried once, with a permit of its own', async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.script.push(UNAUTHORIZED);
    expect(await finish(jobs, 'stale token')).toMatchObject({
      state: 'succeeded',
      cost: { operations: 1, requests: 1 },
    });
    cluster.adobe.script.push(UNAUTHORIZED, UNAUTHORIZED);
    expect(await finish(jobs, 'no token')).toMatchObject({ state: 'failed', cost: { operations: 0, requests: 0 } });
  });

  test('a submit that gets a 429 starts a cooldown for every process', async () => {
    const [one, two] = [await cluster.member({ perMinute: 60 }), await cluster.member({ perMinute: 60 })];
    cluster.adobe.script.push(RATE_LIMITED);
    await finish(one.jobs, 'too much');
    await finish(two.jobs, 'me too');
    const [first, second, third] = cluster.adobe.submits.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect((third ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect(cluster.adobe.submits).toHaveLength(3);
  });
});

describe('the quota', () => {
  test('the quota is shared by all processes, and is used to within 5 %', { tags: 'long' }, async () => {
    const members = await Promise.all([1, 2, 3].map(() => cluster.member({ perMinute: 4 })));
    const requests = Number(process.env['REQUESTS'] ?? 24);
    const calls = Array.from({ length: requests }, async (_, n) => {
      const jobs = members[n % 3]?.jobs;
      const { job } = (await jobs?.enqueue(aRequest(`n${n}`), ALICE)) ?? {};
      return jobs?.wait(job?.id ?? '', ALICE, { waitMs: minutes(30) });
    });
    const done = await cluster.clock.run(Promise.all(calls));
    expect(done.map((job) => job?.state)).toEqual(Array.from({ length: requests }, () => 'succeeded'));
    const at = cluster.adobe.submits.map((submit) => submit.at).sort((a, b) => a - b);
    for (const start of at) expect(at.filter((t) => t >= start && t - start <= 60_000).length).toBeLessThanOrEqual(4);
    // 24 requests at 4 a minute are six blocks, five windows apart.
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan((requests / 4 - 1) * 62_000 * 1.05);
  });

  test('the quota counts a slow request until its answer, since Adobe may receive it at any time before', async () => {
    const { jobs } = await cluster.member({ perMinute: 1 });
    cluster.adobe.latencyMs = 100_000;
    const first = await jobs.enqueue(aRequest('slow line'), ALICE);
    const second = await jobs.enqueue(aRequest('next'), ALICE);
    await cluster.clock.run(jobs.wait(first.job.id, ALICE, { waitMs: minutes(30) }));
    await cluster.clock.run(jobs.wait(second.job.id, ALICE, { waitMs: minutes(30) }));
    const [one, two] = cluster.adobe.submits.map(({ at }) => at);
    expect((two ?? 0) - (one ?? 0)).toBeGreaterThan(60_000);
    // The second permit follows the answer by a whole window: 50 s out, 50 s back, 62 s, 50 s out.
    expect((two ?? 0) - (one ?? 0)).toBeGreaterThanOrEqual(50_000 + 62_000 + 50_000);
  });

  test('every waiting job shows its position, and its start within 10 %', { tags: 'long' }, async () => {
    const { jobs } = await cluster.member({ perMinute: 2 });
    const queued = [];
    for (let n = 0; n < 10; n += 1) queued.push((await jobs.enqueue(aRequest(`n${n}`), ALICE)).job);
    await cluster.clock.pass(3_000);
    const views = await Promise.all(queued.map(({ id }) => jobs.get(id, ALICE)));
    const now = cluster.clock.now();
    await cluster.clock.run(Promise.all(queued.map(({ id }) => jobs.wait(id, ALICE, { waitMs: minutes(30) }))));
    const estimates = views.filter((view) => view.startsAt !== undefined);
    expect(estimates.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const view of estimates) {
      const sent = cluster.adobe.submits.find(({ prompt }) => prompt === view.facts.prompt)?.at ?? 0;
      const expected = (view.startsAt ?? 0) - now;
      expect(Math.abs(sent - now - expected)).toBeLessThan(0.1 * (sent - now) + 1_000);
    }
  });
});

describe('the queue', () => {
  test('turns pass between principals, however many jobs one of them has', { tags: 'long' }, async () => {
    const { jobs } = await cluster.member({ perMinute: 2 });
    const ids: [string, typeof ALICE][] = [];
    for (let n = 0; n < 10; n += 1) ids.push([(await jobs.enqueue(aRequest(`greedy ${n}`), ALICE)).job.id, ALICE]);
    await cluster.clock.pass(1_000);
    for (let n = 0; n < 2; n += 1) ids.push([(await jobs.enqueue(aRequest(`modest ${n}`), BOB)).job.id, BOB]);
    await cluster.clock.run(Promise.all(ids.map(([id, who]) => jobs.wait(id, who, { waitMs: minutes(60) }))));
    const order = cluster.adobe.submits.map(({ prompt }) => prompt.split(' ')[0]);
    // Two requests had begun before; from then on both principals are served in every window.
    expect(order.slice(0, 6).filter((who) => who === 'modest')).toHaveLength(2);
    expect(order).toHaveLength(12);
  });
});
