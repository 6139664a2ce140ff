import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mayBeRepeated } from '../../../src/jobs/index.ts';
import type { Database } from '../../../src/store/database.ts';
import { aPlan } from '../batches/a-plan.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { CountedDatabase } from '../../support/counting/counted-database.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const UNKNOWN = { kind: 'unknown', problem: { ...A_PROBLEM, code: 'outcome_unknown' } } as const;
const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const SAME = aRequest('same');
const minutes = (n: number) => n * 60_000;
const hours = (n: number) => minutes(60 * n);

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

/** A call as the tools make it: they query for a duplicate, then enqueue. */
async function call({ jobs }: TestProcess, options = {}, request = SAME, caller = ALICE) {
  const known = await cluster.clock.run(jobs.attach(request, caller, options));
  if (known) return { id: known.id, attached: true };
  const { job, attached } = await cluster.clock.run(jobs.enqueue(request, caller, options));
  return { id: job.id, attached };
}

/** A call that waited until its job ended; no answer is delivered. */
async function finished(member: TestProcess) {
  const { id } = await call(member);
  return cluster.clock.run(member.jobs.wait(id, ALICE, { waitMs: minutes(30) }));
}

describe('an identical call, while the job is unfinished', () => {
  beforeEach(() => void (cluster.adobe.durationMs = minutes(2)));

  test.each([
    ['of the same process', undefined],
    ['of another process', 'test'],
    ['of another machine', 'other'],
  ])('attaches to it though the first call still waits (%s)', async (_, host) => {
    const one = await cluster.member();
    const other = host === undefined ? one : await cluster.member({ host });
    const { id } = await call(one);
    const waiting = one.jobs.wait(id, ALICE, { waitMs: minutes(1) });
    await cluster.clock.pass(3_000);
    const asked = cluster.clock.now();
    expect(await call(other)).toEqual({ id, attached: true });
    expect(cluster.clock.now()).toBe(asked);
    await cluster.clock.run(waiting);
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('attaches to it after the first call was answered with the running job', async () => {
    const member = await cluster.member();
    const { id } = await call(member);
    const running = await cluster.clock.run(member.jobs.wait(id, ALICE, { waitMs: 10_000 }));
    await member.jobs.markDelivered(running);
    expect(await call(member)).toEqual({ id, attached: true });
  });

  test('is a job of its own with new_job, and where another principal makes it', async () => {
    const member = await cluster.member();
    const { id } = await call(member);
    const forced = await call(member, { newJob: true });
    expect(forced.attached).toBe(false);
    expect(forced.id).not.toBe(id);
    expect(await call(member, {}, SAME, BOB)).toMatchObject({ attached: false });
    // An identical call attaches to the newest job.
    expect(await call(member)).toEqual({ id: forced.id, attached: true });
  });

  test('is apart from items of batches', async () => {
    const member = await cluster.member();
    await cluster.clock.run(member.batches.submit(aPlan(['same']), ALICE));
    expect(await call(member)).toMatchObject({ attached: false });
  });
});

describe('two identical calls at once', () => {
  test('in two processes are one job and one payment, though both queried before either was stored', async () => {
    const members = await Promise.all([cluster.member(), cluster.member({ host: 'other' })]);
    const queries = members.map(({ jobs }) => jobs.attach(SAME, ALICE, {}));
    expect(await cluster.clock.run(Promise.all(queries))).toEqual([undefined, undefined]);
    const calls = await cluster.clock.run(Promise.all(members.map(({ jobs }) => jobs.enqueue(SAME, ALICE))));
    expect(new Set(calls.map(({ job }) => job.id)).size).toBe(1);
    expect(calls.filter(({ attached }) => !attached)).toHaveLength(1);
    await cluster.clock.pass(minutes(1));
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('in one process are one job', async () => {
    const { jobs } = await cluster.member();
    const calls = await cluster.clock.run(Promise.all([1, 2, 3].map(() => jobs.enqueue(SAME, ALICE))));
    expect(new Set(calls.map(({ job }) => job.id)).size).toBe(1);
    expect(calls.filter(({ attached }) => !attached)).toHaveLength(1);
  });

  test('with new_job are two', async () => {
    const { jobs } = await cluster.member();
    const calls = await Promise.all([1, 2].map(() => jobs.enqueue(SAME, ALICE, { newJob: true })));
    expect(new Set(calls.map(({ job }) => job.id)).size).toBe(2);
  });
});

describe('an identical call, after the end of the job', () => {
  test('attaches to it for two minutes where its answer was not delivered', async () => {
    const member = await cluster.member();
    const { id } = await finished(member);
    await cluster.clock.pass(minutes(1));
    expect(await call(member)).toEqual({ id, attached: true });
    await cluster.clock.pass(minutes(2));
    expect(await call(member)).toMatchObject({ attached: false });
  });

  test('attaches to it where the process of the first call died before its answer was out', async () => {
    const dying = await cluster.member();
    const { id } = await finished(dying);
    dying.kill();
    expect(await call(await cluster.member())).toEqual({ id, attached: true });
  });

  test.each(['before', 'after'] as const)(
    'attaches to it where one of two answers was lost, %s the other one was delivered',
    async (order) => {
      const member = await cluster.member();
      const done = await finished(member);
      if (order === 'before') await member.jobs.markLost(done);
      await member.jobs.markDelivered(done);
      if (order === 'after') await member.jobs.markLost(done);
      expect(await call(member)).toEqual({ id: done.id, attached: true });
      // The repeat of the lost call has its answer.
      await member.jobs.markDelivered(done, { settlesLoss: true });
      expect(await call(member)).toMatchObject({ attached: false });
    },
  );

  test('is a job of its own once an answer was delivered that showed the end', async () => {
    const member = await cluster.member();
    const done = await finished(member);
    await member.jobs.markDelivered(done);
    // A late answer that showed the job running takes nothing back.
    await member.jobs.markDelivered({ ...done, state: 'running' });
    expect(await call(member)).toMatchObject({ attached: false });
  });

  test('is a job of its own once an answer was delivered that showed the job running', async () => {
    const member = await cluster.member();
    const { id } = await call(member);
    await member.jobs.markDelivered({ id, state: 'running' });
    await cluster.clock.run(member.jobs.wait(id, ALICE, { waitMs: minutes(5) }));
    expect(await call(member)).toMatchObject({ attached: false });
  });

  test('attaches to a failure that was not delivered either, since Adobe may have charged for it', async () => {
    const member = await cluster.member();
    cluster.adobe.script.push(REFUSED);
    const failed = await finished(member);
    expect(failed.state).toBe('failed');
    expect(await call(member)).toEqual({ id: failed.id, attached: true });
    await member.jobs.markDelivered(failed);
    expect(await call(member)).toMatchObject({ attached: false });
  });

  test('attaches to an unknown outcome for a day, whatever was delivered and whatever was made since', async () => {
    const member = await cluster.member({ perMinute: 60 });
    cluster.adobe.script.push(UNKNOWN);
    const unknown = await finished(member);
    await member.jobs.markDelivered(unknown);
    for (let n = 0; n < 12; n += 1) {
      const later = await call(member, { newJob: true });
      await member.jobs.markDelivered(
        await cluster.clock.run(member.jobs.wait(later.id, ALICE, { waitMs: minutes(10) })),
      );
    }
    expect(await call(member)).toEqual({ id: unknown.id, attached: true });
    cluster.clock.jump(hours(23));
    expect(await call(member)).toEqual({ id: unknown.id, attached: true });
    cluster.clock.jump(hours(1));
    expect(await call(member)).toMatchObject({ attached: false });
  });

  test('attaches to the job that replaced it, never to the replaced one', async () => {
    const member = await cluster.member();
    cluster.adobe.script.push(UNKNOWN);
    const unknown = await finished(member);
    const fresh = await cluster.clock.run(member.jobs.resubmit(unknown.id, ALICE));
    expect(await call(member)).toEqual({ id: fresh.id, attached: true });
  });
});

describe('an idempotency key', () => {
  const key = { idempotencyKey: 'k' };

  test('gives the one job for a day, delivered or not, also beside new_job', async () => {
    const member = await cluster.member();
    const { id } = await call(member, key);
    await member.jobs.markDelivered(await cluster.clock.run(member.jobs.wait(id, ALICE, { waitMs: minutes(5) })));
    expect(await call(member, key)).toEqual({ id, attached: true });
    expect(await call(member, { ...key, newJob: true })).toEqual({ id, attached: true });
    cluster.clock.jump(hours(24));
    expect(await call(member, key)).toMatchObject({ attached: false });
  });

  test('is refused for another request of its principal', async () => {
    const member = await cluster.member();
    await call(member, key);
    await expect(call(member, key, aRequest('other'))).rejects.toMatchObject({ code: 'idempotency_conflict' });
    await expect(member.jobs.enqueue(aRequest('other'), ALICE, key)).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
    expect(await call(member, key, aRequest('other'), BOB)).toMatchObject({ attached: false });
  });

  test('tells identical calls apart that have different ones, and is found by a call without one', async () => {
    const member = await cluster.member();
    const first = await call(member, key);
    const second = await call(member, { idempotencyKey: 'l' });
    expect(second.id).not.toBe(first.id);
    expect(await call(member)).toEqual({ id: second.id, attached: true });
  });
});

describe('a call that made a job', () => {
  test('may be repeated until its answer is delivered, or two minutes after the end', async () => {
    const member = await cluster.member();
    const { id } = await call(member);
    expect(await mayBeRepeated(id, member.db)).toBe(true);
    const done = await cluster.clock.run(member.jobs.wait(id, ALICE, { waitMs: minutes(5) }));
    expect(await mayBeRepeated(id, member.db)).toBe(true);
    await cluster.clock.pass(minutes(2));
    expect(await mayBeRepeated(id, member.db)).toBe(false);
    const next = await finished(member);
    expect(next.id).not.toBe(done.id);
    await member.jobs.markDelivered(next);
    expect(await mayBeRepeated(next.id, member.db)).toBe(false);
  });

  test('counts as not repeatable where a batch made the job', async () => {
    const member = await cluster.member();
    await cluster.clock.run(member.batches.submit(aPlan(['item']), ALICE));
    const [row] = await member.db.all('SELECT id FROM jobs');
    expect(await mayBeRepeated(String(row?.['id']), member.db)).toBe(false);
  });

  test('stores its job, and writes nothing more until its answer was delivered', async () => {
    cluster.adobe.durationMs = minutes(2);
    // Another process drives the job, so that the call makes every write of this one.
    const stores: CountedDatabase[] = [];
    const store = (db: Database) => {
      const counted = new CountedDatabase(db);
      stores.push(counted);
      return counted;
    };
    const caller = await cluster.member({ idle: true, store });
    await cluster.member();
    const writes = () =>
      stores.flatMap(({ asked }) => asked).filter(({ sql }) => !/^(SELECT|WITH|NOW|LOCK)\b/.test(sql));
    const written = () => writes().map(({ sql }) => /^\w+ (?:INTO )?\w+/.exec(sql)?.[0]);
    const { id } = await call(caller);
    // The job, and that its own pictures must stay until it has ended.
    const stored = ['INSERT INTO jobs', 'INSERT INTO content_references'];
    expect(written()).toEqual(stored);
    const running = await cluster.clock.run(caller.jobs.wait(id, ALICE, { waitMs: 30_000 }));
    expect(running.state).toBe('running');
    expect(written()).toEqual(stored);
    await caller.jobs.markDelivered(running);
    expect(written()).toEqual([...stored, 'UPDATE jobs']);
  });
});
