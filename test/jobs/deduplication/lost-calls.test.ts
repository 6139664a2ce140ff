import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../../src/shared/errors.ts';
import { ALICE, aRequest, TestCluster } from '../../support/cluster/test-cluster.ts';

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
  home.adobe.durationMs = 120_000;
});
afterEach(() => home.close());

const SAME = aRequest('same');
const away = () => new Problem('store_unavailable', 'away', { actor: 'operator', next: 'wait' });

describe('a call whose client is gone', () => {
  it('is not written down any more', async () => {
    const { jobs, db } = await home.member();
    const gone = new AbortController();
    const enqueued = jobs.enqueue(SAME, ALICE, { signal: gone.signal });
    gone.abort(new Error('cancelled'));
    await expect(home.clock.run(enqueued)).rejects.toThrow('cancelled');
    await home.clock.pass(5_000);
    expect(await db.all('SELECT id FROM jobs')).toEqual([]);
    expect(home.adobe.submits).toHaveLength(0);
  });
});

describe('a call whose store fails', () => {
  it('waits for the store, then says that it cannot tell; the repeat joins', async () => {
    const member = await home.member();
    const { id } = (await home.clock.run(member.jobs.enqueue(SAME, ALICE))).job;
    const all = member.db.first.bind(member.db);
    let isAway = true;
    Object.assign(member.db, {
      first: (...args: Parameters<typeof all>) => (isAway ? Promise.reject(away()) : all(...args)),
    });
    const waiting = member.jobs.wait(id, ALICE, { waitMs: 20_000 });
    const outcome = waiting.then(
      () => 'answered',
      (error: unknown) => (error instanceof Problem ? error.code : 'defect'),
    );
    const asked = home.clock.now();
    expect(await home.clock.run(outcome)).toBe('store_unavailable');
    expect(home.clock.now() - asked).toBeGreaterThanOrEqual(20_000);
    isAway = false;
    expect(await home.clock.run(member.jobs.enqueue(SAME, ALICE))).toMatchObject({ job: { id }, attached: true });
  });
});

describe('the last moment before the request', () => {
  it('still takes a cancel, for free', async () => {
    let go: () => void = () => undefined;
    const { jobs } = await home.member({
      failpoint: (point) => (point === 'permitted' ? new Promise<void>((resolve) => (go = resolve)) : undefined),
    });
    const { job } = await jobs.enqueue(SAME, ALICE);
    await home.clock.pass(2_000);
    await home.clock.run(jobs.cancel(job.id, ALICE));
    go();
    await home.clock.pass(2_000);
    expect(await jobs.get(job.id, ALICE)).toMatchObject({ state: 'cancelled', paidRequests: 0 });
    expect(home.adobe.submits).toHaveLength(0);
  });
});

describe('a process that the store cannot be reached from while its request is answered', () => {
  it('stores the handle when it is back, long after its lease: nobody has called the outcome unknown', async () => {
    home.adobe.durationMs = 1_000;
    let isCutOff = false;
    const one = await home.member({ host: 'one', failpoint: (point) => void (isCutOff ||= point === 'answered') });
    const two = await home.member({ host: 'two' });
    const transaction = one.db.transaction.bind(one.db);
    Object.assign(one.db, {
      transaction: (...args: Parameters<typeof transaction>) =>
        isCutOff ? Promise.reject(away()) : transaction(...args),
    });
    const { id } = (await home.clock.run(one.jobs.enqueue(SAME, ALICE))).job;
    await home.clock.pass(60_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'submitting' });
    isCutOff = false;
    await home.clock.pass(20_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'succeeded', paidRequests: 1 });
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('loses it after three minutes: then the outcome is unknown', async () => {
    const one = await home.member({
      host: 'one',
      failpoint: (point) => (point === 'answered' ? new Promise(() => undefined) : undefined),
    });
    const two = await home.member({ host: 'two' });
    const { id } = (await home.clock.run(one.jobs.enqueue(SAME, ALICE))).job;
    await home.clock.pass(2_000);
    one.kill();
    await home.clock.pass(100_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'submitting' });
    await home.clock.pass(100_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'submit_unknown' });
  });
});
