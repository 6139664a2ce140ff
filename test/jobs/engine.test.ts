import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../src/shared/errors.ts';
import { ALICE, aRequest, BOB, TestCluster } from '../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../support/doubles/scripted-adobe.ts';

const UNKNOWN = { kind: 'unknown', problem: { ...A_PROBLEM, code: 'outcome_unknown' } } as const;
const NOT_SENT = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;
const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const RATE_LIMITED = { kind: 'rate_limited', retryAfterMs: 30_000, problem: A_PROBLEM } as const;
const UNAUTHORIZED = { kind: 'unauthorized', problem: A_PROBLEM } as const;

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

const minutes = (n: number) => n * 60_000;

async function finished(jobs: Awaited<ReturnType<TestCluster['member']>>['jobs'], prompt: string, caller = ALICE) {
  const { job } = await home.clock.run(jobs.enqueue(aRequest(prompt), caller));
  return home.clock.run(jobs.wait(job.id, caller, { waitMs: minutes(30) }));
}

describe('a job', () => {
  it('goes its way with one request, and keeps every picture', async () => {
    const { jobs } = await home.member();
    const { job, attached } = await home.clock.run(jobs.enqueue(aRequest('a red chair', 2), ALICE));
    expect(attached).toBe(false);
    expect(job).toMatchObject({ state: 'queued', count: 2 });
    const seen = new Set<string>();
    const onUpdate = ({ job: now }: { job: { state: string } }) => seen.add(now.state);
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: minutes(5), onUpdate }));
    expect(done).toMatchObject({ state: 'succeeded', paidRequests: 1, problem: undefined });
    expect(done.images.map(({ index, facts }) => [index, facts.seed])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(done.results).toHaveLength(2);
    expect(home.adobe.submits).toHaveLength(1);
    expect([...seen]).toEqual(expect.arrayContaining(['running']));
    expect(home.images.open).toBe(0);
  });

  it('belongs to its principal: to others it does not exist', async () => {
    const { jobs } = await home.member();
    const { id } = await finished(jobs, 'mine');
    const foreign = await jobs.get(id, BOB).catch((error: unknown) => error);
    const absent = await jobs.get('job_00000000000000000000000000', BOB).catch((error: unknown) => error);
    expect(foreign).toMatchObject({ code: 'unknown_job' });
    expect(JSON.stringify(foreign)).toBe(JSON.stringify(absent));
    await expect(jobs.cancel(id, BOB)).rejects.toMatchObject({ code: 'unknown_job' });
    await expect(jobs.resubmit(id, BOB)).rejects.toMatchObject({ code: 'unknown_job' });
    expect(await jobs.list({ limit: 10 }, BOB)).toEqual([]);
  });

  it('answers with itself when the wait is over, and goes on', async () => {
    const { jobs } = await home.member();
    home.adobe.durationMs = minutes(2);
    const { job } = await home.clock.run(jobs.enqueue(aRequest('slow'), ALICE));
    const waited = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 45_000 }));
    expect(waited.state).toBe('running');
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: minutes(5) }));
    expect(done.state).toBe('succeeded');
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('is not written down when there are no credentials to pay with', async () => {
    const { jobs } = await home.member();
    const missing = new Problem('credentials_missing', 'No credentials.', { actor: 'operator', next: 'Set them.' });
    home.adobe.prepareScript.push(missing);
    await expect(jobs.enqueue(aRequest('unpaid'), ALICE)).rejects.toBe(missing);
    expect(await jobs.list({ limit: 10 }, ALICE)).toEqual([]);
  });
});

describe('a submit', () => {
  it('whose outcome nobody knows is never sent again', async () => {
    const { jobs } = await home.member();
    home.adobe.script.push('lost');
    const done = await finished(jobs, 'lost');
    expect(done).toMatchObject({ state: 'submit_unknown', paidRequests: 1, problem: { code: 'outcome_unknown' } });
    await home.clock.pass(minutes(60));
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('that was never sent is sent again, and fails clearly in the end', async () => {
    const { jobs } = await home.member();
    home.adobe.script.push(NOT_SENT, NOT_SENT);
    expect(await finished(jobs, 'second try')).toMatchObject({ state: 'succeeded', paidRequests: 1 });
    home.adobe.script.push(NOT_SENT, NOT_SENT, NOT_SENT);
    const failed = await finished(jobs, 'hopeless');
    expect(failed).toMatchObject({ state: 'failed', problem: { code: 'adobe_unreachable' }, paidRequests: 0 });
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('that Adobe refuses is final', async () => {
    const { jobs } = await home.member();
    home.adobe.script.push(REFUSED);
    expect(await finished(jobs, 'rude')).toMatchObject({
      state: 'failed',
      problem: { code: 'content_policy' },
      paidRequests: 0,
    });
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('is repeated once after a 401, each time with a permit of its own', async () => {
    const { jobs } = await home.member();
    home.adobe.script.push(UNAUTHORIZED);
    expect(await finished(jobs, 'stale token')).toMatchObject({ state: 'succeeded', paidRequests: 1 });
    home.adobe.script.push(UNAUTHORIZED, UNAUTHORIZED);
    expect(await finished(jobs, 'no token')).toMatchObject({ state: 'failed', paidRequests: 0 });
  });

  it('after a 429 waits for the gate, and so does everybody else', async () => {
    const [one, two] = [await home.member({ perMinute: 60 }), await home.member({ perMinute: 60 })];
    home.adobe.script.push(RATE_LIMITED);
    await finished(one.jobs, 'too much');
    await finished(two.jobs, 'me too');
    const [first, second, third] = home.adobe.submits.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect((third ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect(home.adobe.submits).toHaveLength(3);
  });
});

describe('the quota', () => {
  it('is one for all processes, and is used well', async () => {
    const members = await Promise.all([1, 2, 3].map(() => home.member({ perMinute: 4 })));
    const requests = Number(process.env['REQUESTS'] ?? 24);
    const calls = Array.from({ length: requests }, async (_, n) => {
      const jobs = members[n % 3]?.jobs;
      const { job } = (await jobs?.enqueue(aRequest(`n${n}`), ALICE)) ?? {};
      return jobs?.wait(job?.id ?? '', ALICE, { waitMs: minutes(30) });
    });
    const done = await home.clock.run(Promise.all(calls));
    expect(done.map((job) => job?.state)).toEqual(Array.from({ length: requests }, () => 'succeeded'));
    const at = home.adobe.submits.map((submit) => submit.at).sort((a, b) => a - b);
    for (const start of at) expect(at.filter((t) => t >= start && t - start <= 60_000).length).toBeLessThanOrEqual(4);
    // 24 requests at 4 a minute are six blocks, five windows apart.
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan((requests / 4 - 1) * 62_000 * 1.05);
  });

  it('counts a request until its answer: on a slow line it may arrive at any time before', async () => {
    const { jobs } = await home.member({ perMinute: 1 });
    home.adobe.latencyMs = 100_000;
    const first = await jobs.enqueue(aRequest('slow line'), ALICE);
    const second = await jobs.enqueue(aRequest('next'), ALICE);
    await home.clock.run(jobs.wait(first.job.id, ALICE, { waitMs: minutes(30) }));
    await home.clock.run(jobs.wait(second.job.id, ALICE, { waitMs: minutes(30) }));
    const [one, two] = home.adobe.submits.map(({ at }) => at);
    expect((two ?? 0) - (one ?? 0)).toBeGreaterThan(60_000);
    // Granted only after the answer, a whole window later: 50 s to arrive, 50 s back, 62 s, 50 s to arrive.
    expect((two ?? 0) - (one ?? 0)).toBeGreaterThanOrEqual(50_000 + 62_000 + 50_000);
  });

  it('tells each waiting job its place and its start, within ten per cent', async () => {
    const { jobs } = await home.member({ perMinute: 2 });
    const queued = [];
    for (let n = 0; n < 10; n += 1) queued.push((await jobs.enqueue(aRequest(`n${n}`), ALICE)).job);
    await home.clock.pass(3_000);
    const views = await Promise.all(queued.map(({ id }) => jobs.get(id, ALICE)));
    const now = home.clock.now();
    await home.clock.run(Promise.all(queued.map(({ id }) => jobs.wait(id, ALICE, { waitMs: minutes(30) }))));
    const estimates = views.filter((view) => view.startsAt !== undefined);
    expect(estimates.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const view of estimates) {
      const sent = home.adobe.submits.find(({ prompt }) => prompt === view.facts.prompt)?.at ?? 0;
      const expected = (view.startsAt ?? 0) - now;
      expect(Math.abs(sent - now - expected)).toBeLessThan(0.1 * (sent - now) + 1_000);
    }
  });
});

describe('a cancel', () => {
  it('of a queued job is free', async () => {
    const { jobs } = await home.member({ idle: true });
    const { job } = await jobs.enqueue(aRequest('unwanted'), ALICE);
    expect(await jobs.cancel(job.id, ALICE)).toMatchObject({ state: 'cancelled', paidRequests: 0 });
    await expect(jobs.cancel(job.id, ALICE)).rejects.toMatchObject({ code: 'job_finished' });
  });

  it('of a job that waits for its turn is free too', async () => {
    const { jobs } = await home.member({ perMinute: 1 });
    await finished(jobs, 'first');
    const { job } = await jobs.enqueue(aRequest('second'), ALICE);
    await home.clock.pass(2_000);
    await jobs.cancel(job.id, ALICE);
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: minutes(5) }));
    expect(done).toMatchObject({ state: 'cancelled', paidRequests: 0 });
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('of a running job is one PUT, from whichever process it is asked', async () => {
    const [one, two] = [await home.member(), await home.member()];
    home.adobe.durationMs = minutes(3);
    const { job } = await one.jobs.enqueue(aRequest('unwanted'), ALICE);
    await home.clock.run(one.jobs.wait(job.id, ALICE, { waitMs: 8_000 }));
    expect(await two.jobs.cancel(job.id, ALICE)).toMatchObject({ cancelling: true });
    await two.jobs.cancel(job.id, ALICE);
    const done = await home.clock.run(two.jobs.wait(job.id, ALICE, { waitMs: minutes(5) }));
    expect(done.state).toBe('cancelled');
    expect(home.adobe.cancels).toHaveLength(1);
  });

  it('is settled within seconds, however long such jobs take', async () => {
    const { jobs } = await home.member();
    home.adobe.durationMs = minutes(5);
    await finished(jobs, 'what is usual');
    const { job } = await jobs.enqueue(aRequest('unwanted'), ALICE);
    await home.clock.pass(30_000);
    await jobs.cancel(job.id, ALICE);
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 5_000 }));
    expect(done.state).toBe('cancelled');
  });

  it('that comes too late keeps the picture, and says so', async () => {
    const { jobs } = await home.member();
    home.adobe.durationMs = 300;
    const { job } = await jobs.enqueue(aRequest('wanted after all'), ALICE);
    await home.clock.pass(1_000);
    await jobs.cancel(job.id, ALICE).catch(() => undefined);
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: minutes(5) }));
    expect(done).toMatchObject({ state: 'succeeded', warnings: [expect.stringContaining('too late')] });
    expect(done.images).toHaveLength(1);
  });
});

describe('a resubmit', () => {
  it('makes one job in place of an unknown outcome, which the same resubmit finds', async () => {
    const { jobs } = await home.member();
    home.adobe.script.push(UNKNOWN);
    const unknown = await finished(jobs, 'same');
    const fresh = await home.clock.run(jobs.resubmit(unknown.id, ALICE));
    expect(fresh).toMatchObject({ replaces: unknown.id });
    expect((await home.clock.run(jobs.resubmit(unknown.id, ALICE))).id).toBe(fresh.id);
    const done = await home.clock.run(jobs.wait(fresh.id, ALICE, { waitMs: minutes(5) }));
    expect(done.state).toBe('succeeded');
    expect(home.adobe.submits).toHaveLength(2);
    await expect(jobs.resubmit(fresh.id, ALICE)).rejects.toMatchObject({ code: 'not_resubmittable' });
    // Clients repeat calls whose answer they lost: what was made is found, not paid for again.
    expect((await home.clock.run(jobs.resubmit(unknown.id, ALICE))).id).toBe(fresh.id);
    expect(home.adobe.submits).toHaveLength(2);
  });

  it('is answered with the last replacement, and makes another one only where that one brought nothing', async () => {
    const { jobs } = await home.member();
    home.adobe.script.push(UNKNOWN, UNKNOWN);
    const first = await finished(jobs, 'twice unknown');
    const again = async (id: string) => {
      const fresh = await home.clock.run(jobs.resubmit(id, ALICE));
      return home.clock.run(jobs.wait(fresh.id, ALICE, { waitMs: minutes(5) }));
    };
    const second = await again(first.id);
    expect(second).toMatchObject({ state: 'submit_unknown' });
    await expect(jobs.resubmit(first.id, ALICE)).rejects.toMatchObject({
      code: 'already_resubmitted',
      message: expect.stringContaining(second.id) as string,
    });
    home.adobe.script.push(REFUSED);
    const third = await again(second.id);
    expect(third).toMatchObject({ state: 'failed' });
    const fourth = await again(first.id);
    expect(fourth).toMatchObject({ state: 'succeeded' });
    expect((await home.clock.run(jobs.resubmit(first.id, ALICE))).id).toBe(fourth.id);
  });
});

describe('turns', () => {
  it('pass between principals, however many jobs one of them has', async () => {
    const { jobs } = await home.member({ perMinute: 2 });
    const ids: [string, typeof ALICE][] = [];
    for (let n = 0; n < 10; n += 1) ids.push([(await jobs.enqueue(aRequest(`greedy ${n}`), ALICE)).job.id, ALICE]);
    await home.clock.pass(1_000);
    for (let n = 0; n < 2; n += 1) ids.push([(await jobs.enqueue(aRequest(`modest ${n}`), BOB)).job.id, BOB]);
    await home.clock.run(Promise.all(ids.map(([id, who]) => jobs.wait(id, who, { waitMs: minutes(60) }))));
    const order = home.adobe.submits.map(({ prompt }) => prompt.split(' ')[0]);
    // Two were on their way already; from then on both principals are served in every window.
    expect(order.slice(0, 6).filter((who) => who === 'modest')).toHaveLength(2);
    expect(order).toHaveLength(12);
  });
});
