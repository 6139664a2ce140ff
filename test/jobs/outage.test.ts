import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../src/shared/errors.ts';
import { aPlan, prompts } from './batches/a-plan.ts';
import { ALICE, aRequest, TestCluster } from '../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;
const AWAY = new Problem('adobe_unreachable', 'IMS gave no token.', { actor: 'operator', next: 'Look.' });
const REFUSED = new Problem('credentials_refused', 'IMS refused the secret.', { actor: 'operator', next: 'Check it.' });

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

/** How IMS behaves after so many more questions; `asked` counts. */
function ims(error: Problem | undefined, after = 0): { asked: number } {
  const seen = { asked: 0 };
  home.adobe.prepare = () => {
    seen.asked += 1;
    return error && seen.asked > after ? Promise.reject(error) : Promise.resolve();
  };
  return seen;
}

/** A job whose token is lost right after it was written down. */
async function begun(error: Problem) {
  const { jobs } = await home.member();
  const seen = ims(error, 1);
  const { job } = await jobs.enqueue(aRequest('begun'), ALICE);
  return { jobs, job, seen };
}

describe('an IMS that is away', () => {
  it('makes a job wait, however long, and the job says for what', async () => {
    const { jobs, job, seen } = await begun(AWAY);
    const waiting = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 4 * MINUTE }));
    expect(waiting).toMatchObject({ paidRequests: 0, problem: { code: 'adobe_unreachable', message: AWAY.message } });
    expect(['queued', 'preparing']).toContain(waiting.state);
    // Six times in the first minute, and never in a hurry.
    expect(seen.asked).toBeGreaterThan(10);
    expect(seen.asked).toBeLessThan(35);
    ims(undefined);
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 5 * MINUTE }));
    expect(done).toMatchObject({ state: 'succeeded', problem: undefined });
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('does not keep a job from being cancelled', async () => {
    const { jobs, job } = await begun(AWAY);
    await home.clock.pass(10_000);
    await jobs.cancel(job.id, ALICE);
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 5_000 }));
    expect(done).toMatchObject({ state: 'cancelled', paidRequests: 0 });
  });

  it('costs nothing but a permit where the token lapses while the request is about to be sent', async () => {
    const { jobs } = await home.member({ perMinute: 60 });
    const noToken = { kind: 'not_sent', noToken: true, problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;
    home.adobe.script.push(noToken, noToken, noToken, noToken, noToken);
    const { job } = await jobs.enqueue(aRequest('unlucky'), ALICE);
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 5 * MINUTE }));
    expect(done).toMatchObject({ state: 'succeeded', paidRequests: 1 });
  });

  it('answers a new call at once, and nothing is written down', async () => {
    const { jobs } = await home.member();
    ims(AWAY);
    await expect(jobs.enqueue(aRequest('not now'), ALICE)).rejects.toBe(AWAY);
    expect(await jobs.list({ limit: 1 }, ALICE)).toEqual([]);
  });
});

describe('credentials that IMS refuses', () => {
  it('end an interactive job with what is to be done', async () => {
    const { jobs, job } = await begun(REFUSED);
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: MINUTE }));
    expect(done).toMatchObject({ state: 'failed', paidRequests: 0, problem: { code: 'credentials_refused' } });
  });

  it('end no item of a batch: the batch says what it waits for, and goes on by itself', async () => {
    const { batches, jobs } = await home.member({ perMinute: 60 });
    ims(REFUSED, 1);
    const { id } = await home.clock.run(batches.submit(aPlan(prompts(20)), ALICE));
    await home.clock.pass(4 * MINUTE);
    const waiting = await batches.get(id, ALICE);
    expect(waiting).toMatchObject({
      state: 'active',
      counts: { failed: 0 },
      waitsFor: { code: 'credentials_refused' },
    });
    expect(waiting.counts.waiting).toBeGreaterThan(0);
    // Whoever calls meanwhile hears it at once.
    await expect(jobs.enqueue(aRequest('me too'), ALICE)).rejects.toBe(REFUSED);
    ims(undefined);
    await home.clock.pass(3 * MINUTE);
    expect(await batches.get(id, ALICE)).toMatchObject({ counts: { succeeded: 20 }, waitsFor: undefined });
    expect(home.adobe.submits).toHaveLength(20);
  });
});

describe('a network that is away', () => {
  it('ends no item of a batch, however often nothing could be sent', async () => {
    const { batches } = await home.member({ perMinute: 60 });
    const away = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;
    home.adobe.script.push(...Array.from({ length: 20 }, () => away));
    const { id } = await home.clock.run(batches.submit(aPlan(prompts(3)), ALICE));
    await home.clock.pass(10 * MINUTE);
    expect(await batches.get(id, ALICE)).toMatchObject({ counts: { succeeded: 3 }, paidRequests: 3 });
  });
});

describe('an account that Adobe refuses', () => {
  const refused = (code: string) => ({ kind: 'refused', problem: { ...A_PROBLEM, code, actor: 'operator' } }) as const;

  it('halts a batch, which says why, loses no item, and goes on when somebody resumes it', async () => {
    const { batches } = await home.member();
    home.adobe.script.push(...Array.from({ length: 8 }, () => refused('quota_exhausted')));
    const { id } = await home.clock.run(batches.submit(aPlan(prompts(8)), ALICE));
    await home.clock.pass(2 * MINUTE);
    const halted = await batches.get(id, ALICE);
    expect(halted).toMatchObject({ state: 'paused', counts: { failed: 0 }, waitsFor: { code: 'quota_exhausted' } });
    // Those that were under way together, and no other.
    expect(home.adobe.bodies.length).toBeLessThan(8);
    home.adobe.script.length = 0;
    await batches.resume(id, ALICE);
    await home.clock.pass(4 * MINUTE);
    expect(await batches.get(id, ALICE)).toMatchObject({ counts: { succeeded: 8 }, waitsFor: undefined });
  });

  it('fails a single item for what is its own fault', async () => {
    const { batches } = await home.member({ perMinute: 60 });
    home.adobe.script.push(refused('not_entitled'));
    const { id } = await home.clock.run(batches.submit(aPlan(prompts(2)), ALICE));
    await home.clock.pass(MINUTE);
    expect(await batches.get(id, ALICE)).toMatchObject({ counts: { failed: 1, succeeded: 1 } });
  });
});
