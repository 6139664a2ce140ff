import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../src/shared/errors.ts';
import { ALICE, aRequest, TestCluster, type TestProcess } from '../support/cluster/test-cluster.ts';

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
  home.adobe.durationMs = 120_000;
});
afterEach(() => home.close());

const SAME = aRequest('same');
const away = () => new Problem('store_unavailable', 'away', { actor: 'operator', next: 'wait' });

/** A call as the tools make it: it looks for an earlier one, then writes its job down. */
async function call(member: TestProcess, request = SAME, options = {}) {
  const { jobs } = member;
  const known = await home.clock.run(jobs.repeated(request, ALICE, options));
  if (known) return { id: known.id, attached: true };
  const { job, attached } = await home.clock.run(jobs.enqueue(request, ALICE, options));
  return { id: job.id, attached };
}

/** A call that goes on waiting in the background. */
async function waitingCall(member: TestProcess) {
  const { id } = await call(member);
  const broken = new AbortController();
  const waiting = member.jobs.wait(id, ALICE, { waitMs: 100_000, opens: true, signal: broken.signal });
  waiting.catch(() => undefined);
  await home.clock.pass(3_000);
  return { id, waiting, hangUp: () => broken.abort(new Error('gone')) };
}

describe('a call of another machine', () => {
  it('that died without a word is joined once its sign of life is overdue', async () => {
    const [one, two] = [await home.member({ host: 'one' }), await home.member({ host: 'two' })];
    const { id } = await waitingCall(one);
    one.kill();
    const asked = home.clock.now();
    expect(await call(two)).toEqual({ id, attached: true });
    expect(home.clock.now() - asked).toBeLessThanOrEqual(6_500);
  });

  it('that lives is left alone: its next sign of life decides', async () => {
    const [one, two] = [await home.member({ host: 'one' }), await home.member({ host: 'two' })];
    const { id } = await waitingCall(one);
    const asked = home.clock.now();
    const other = await call(two);
    expect(other.attached).toBe(false);
    expect(other.id).not.toBe(id);
    expect(home.clock.now() - asked).toBeLessThanOrEqual(3_000);
  });

  it('that said goodbye is joined at once', async () => {
    const [one, two] = [await home.member({ host: 'one' }), await home.member({ host: 'two' })];
    const { id } = await waitingCall(one);
    await home.clock.run(one.jobs.leave());
    const asked = home.clock.now();
    expect(await call(two)).toEqual({ id, attached: true });
    expect(home.clock.now() - asked).toBeLessThanOrEqual(200);
  });
});

describe('a call whose client is going', () => {
  it('is joined from elsewhere as soon as that is known, while it may still be answered', async () => {
    const [one, two] = [await home.member(), await home.member()];
    const ending = new AbortController();
    const { job } = await home.clock.run(one.jobs.enqueue(SAME, ALICE, { ending: ending.signal }));
    const waiting = one.jobs.wait(job.id, ALICE, { waitMs: 100_000, opens: true });
    await home.clock.pass(3_000);
    ending.abort();
    await home.clock.pass(10);
    expect(await call(two)).toEqual({ id: job.id, attached: true });
    expect(await call(one)).toEqual({ id: job.id, attached: true });
    expect(await home.clock.run(waiting)).toMatchObject({ state: 'running' });
  });

  it('is not written down any more once it is gone', async () => {
    const { jobs, db } = await home.member();
    const gone = new AbortController();
    const enqueued = jobs.enqueue(SAME, ALICE, { signal: gone.signal });
    gone.abort(new Error('cancelled'));
    await expect(home.clock.run(enqueued)).rejects.toThrow('cancelled');
    await home.clock.pass(5_000);
    expect(await db.all('SELECT id FROM jobs')).toEqual([]);
    expect(home.adobe.submits).toHaveLength(0);
  });

  it('while its job is being written down is over for other processes too', async () => {
    const [one, two] = [await home.member(), await home.member()];
    const gone = new AbortController();
    const transaction = one.db.transaction.bind(one.db);
    Object.assign(one.db, {
      transaction: (...args: Parameters<typeof transaction>) => {
        gone.abort(new Error('cancelled'));
        return transaction(...args);
      },
    });
    const { job } = await home.clock.run(one.jobs.enqueue(SAME, ALICE, { signal: gone.signal }));
    expect(await call(two)).toEqual({ id: job.id, attached: true });
  });

  it('that is cancelled while it is written down is joined by the same call right behind it', async () => {
    const member = await home.member();
    const gone = new AbortController();
    const first = member.jobs.enqueue(SAME, ALICE, { signal: gone.signal });
    await Promise.resolve();
    const second = member.jobs.enqueue(SAME, ALICE);
    gone.abort(new Error('cancelled'));
    const outcomes = await home.clock.run(Promise.allSettled([first, second]));
    const ids = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.job.id : undefined));
    expect(new Set(ids.filter((id) => id !== undefined)).size).toBe(1);
  });
});

describe('a call whose store fails', () => {
  it('waits for the store, then says that it cannot tell; the repeat joins', async () => {
    const member = await home.member();
    const { id } = await call(member);
    const all = member.db.first.bind(member.db);
    let isAway = true;
    Object.assign(member.db, {
      first: (...args: Parameters<typeof all>) => (isAway ? Promise.reject(away()) : all(...args)),
    });
    const waiting = member.jobs.wait(id, ALICE, { waitMs: 20_000, opens: true });
    const outcome = waiting.then(
      () => 'answered',
      (error: unknown) => (error instanceof Problem ? error.code : 'defect'),
    );
    const asked = home.clock.now();
    expect(await home.clock.run(outcome)).toBe('store_unavailable');
    expect(home.clock.now() - asked).toBeGreaterThanOrEqual(20_000);
    isAway = false;
    expect(await call(member)).toEqual({ id, attached: true });
  });
});

describe('the same words', () => {
  it('with the same key are the same call, whatever they stand for by now', async () => {
    const member = await home.member();
    const options = { idempotencyKey: 'k', call: 'words' };
    const { id } = await call(member, SAME, options);
    expect(await call(member, aRequest('another picture'), options)).toEqual({ id, attached: true });
    expect(await home.clock.run(member.jobs.repeated(undefined, ALICE, options))).toMatchObject({ id });
    await expect(call(member, aRequest('another'), { ...options, call: 'other words' })).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
  });

  it('that say "last" join what their lost call makes, in their own conversation alone', async () => {
    const member = await home.member();
    const options = { call: 'words', saysLast: true };
    const { id } = await call(member, SAME, options);
    const gone = AbortSignal.abort();
    await home.clock.run(member.jobs.wait(id, ALICE, { waitMs: 1_000, opens: true, signal: gone }));
    const other = { ...ALICE, conversation: 'another' };
    expect(await home.clock.run(member.jobs.repeated(undefined, other, options))).toBeUndefined();
    expect(await home.clock.run(member.jobs.repeated(undefined, ALICE, { call: 'words' }))).toBeUndefined();
    expect(await home.clock.run(member.jobs.repeated(undefined, ALICE, options))).toMatchObject({ id });
  });

  it('without a key join the job of a call with one, once that is over', async () => {
    const member = await home.member();
    const { id } = await call(member, SAME, { idempotencyKey: 'k' });
    await home.clock.run(member.jobs.wait(id, ALICE, { waitMs: 1_000, opens: true }));
    expect(await call(member)).toEqual({ id, attached: true });
  });

  it('find an unknown outcome behind any number of later jobs', async () => {
    const member = await home.member({ perMinute: 60 });
    home.adobe.durationMs = 1_000;
    home.adobe.script.push('lost');
    const { id } = await call(member);
    await home.clock.run(member.jobs.wait(id, ALICE, { waitMs: 600_000, opens: true }));
    for (let n = 0; n < 12; n += 1) {
      const later = await call(member, SAME, { again: true });
      const done = await home.clock.run(member.jobs.wait(later.id, ALICE, { waitMs: 600_000, opens: true }));
      await member.jobs.settle(done, { delivered: true });
    }
    expect(await call(member)).toEqual({ id, attached: true });
  });
});

describe('the last moment before the request', () => {
  it('still takes a cancel, for free', async () => {
    let go: () => void = () => undefined;
    const { jobs } = await home.member({
      reached: (point) => (point === 'permitted' ? new Promise<void>((resolve) => (go = resolve)) : undefined),
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
    const one = await home.member({ host: 'one', reached: (point) => void (isCutOff ||= point === 'answered') });
    const two = await home.member({ host: 'two' });
    const transaction = one.db.transaction.bind(one.db);
    Object.assign(one.db, {
      transaction: (...args: Parameters<typeof transaction>) =>
        isCutOff ? Promise.reject(away()) : transaction(...args),
    });
    const { id } = await call(one);
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
      reached: (point) => (point === 'answered' ? new Promise(() => undefined) : undefined),
    });
    const two = await home.member({ host: 'two' });
    const { id } = await call(one);
    await home.clock.pass(2_000);
    one.kill();
    await home.clock.pass(100_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'submitting' });
    await home.clock.pass(100_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'submit_unknown' });
  });
});
