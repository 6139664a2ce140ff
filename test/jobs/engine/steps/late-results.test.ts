import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RemoteStatus } from '../../../../src/firefly/types.ts';
import type { JobView } from '../../../../src/jobs/model/types.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../../support/doubles/scripted-adobe.ts';
import { settleBatch } from '../../../../src/jobs/store/batches/batch-store.ts';
import { readTexts } from '../../../../src/store/rows.ts';
import { aPlan } from '../../batches/a-plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const UNREADABLE: RemoteStatus = {
  kind: 'unreadable',
  keys: [],
  retryAfterMs: undefined,
  problem: { ...A_PROBLEM, code: 'result_unreadable' },
};
const GONE: RemoteStatus = { kind: 'gone', problem: { ...A_PROBLEM, code: 'job_unknown_at_adobe' } };
const AWAY: RemoteStatus = { kind: 'transient', retryAfterMs: undefined, problem: A_PROBLEM };
const REFUSED: RemoteStatus = { kind: 'failed', problem: { ...A_PROBLEM, code: 'content_policy' } };

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

const run = <T>(work: Promise<T>): Promise<T> => cluster.clock.run(work);

/** A job of this long ago, of which two minutes were polled. */
async function afterDeadline({ jobs }: TestProcess, { id }: JobView, age: number): Promise<JobView> {
  await run(jobs.wait(id, ALICE, { waitMs: 3 * MINUTE }));
  cluster.clock.jump(age);
  return run(jobs.wait(id, ALICE, { waitMs: 10 * MINUTE }));
}

/** A job that Adobe still calls unfinished at its deadline. */
async function givenUp(member: TestProcess): Promise<JobView> {
  cluster.adobe.durationMs = 20 * MINUTE;
  const { job } = await member.jobs.enqueue(aRequest('paid for'), ALICE);
  const done = await afterDeadline(member, job, 10 * MINUTE);
  expect(done).toMatchObject({ state: 'failed', problem: { code: 'timeout' } });
  return done;
}

async function later({ jobs }: TestProcess, { id }: JobView, after: number): Promise<JobView> {
  cluster.clock.jump(after);
  await run(jobs.askAgain(id, ALICE));
  return run(jobs.wait(id, ALICE, { waitMs: HOUR }));
}

describe('a job that was given up', () => {
  test('has its pictures once Adobe has made them, is asked for them by a later look, and is paid once', async () => {
    const member = await cluster.member();
    const job = await givenUp(member);
    expect(job.problem?.next).toContain('job_status');
    const done = await later(member, job, 10 * MINUTE);
    expect(done).toMatchObject({ state: 'succeeded', problem: undefined });
    expect(done.images).toHaveLength(1);
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('goes on in another process, where its own is gone', async () => {
    const first = await cluster.member();
    const job = await givenUp(first);
    first.kill();
    expect(await later(await cluster.member(), job, 10 * MINUTE)).toMatchObject({ state: 'succeeded' });
  });

  test.each<[string, RemoteStatus]>([
    ['unreadable', UNREADABLE],
    ['unknown', GONE],
  ])('because its result was %s has its pictures where they can be had within a day', async (_what, answer) => {
    const member = await cluster.member();
    cluster.adobe.statusScript.push(...Array.from({ length: 2_000 }, () => answer));
    const { job } = await member.jobs.enqueue(aRequest('paid for'), ALICE);
    const failed = await afterDeadline(member, job, HOUR);
    expect(failed).toMatchObject({
      state: 'failed',
      problem: { code: answer.kind === 'gone' ? 'job_unknown_at_adobe' : 'result_unreadable' },
    });
    cluster.adobe.statusScript.length = 0;
    expect(await later(member, failed, HOUR)).toMatchObject({ state: 'succeeded' });
  });

  test('stays as it is while Adobe has no pictures of it', async () => {
    const member = await cluster.member();
    const job = await givenUp(member);
    for (const answer of [UNREADABLE, GONE, AWAY, REFUSED]) {
      cluster.adobe.statusScript.push(answer, answer);
      await run(member.jobs.askAgain(job.id, ALICE));
      expect(await member.jobs.find(job.id, ALICE)).toMatchObject({ state: 'failed', problem: { code: 'timeout' } });
    }
  });

  test('is not asked for after a day', async () => {
    const member = await cluster.member();
    const job = await givenUp(member);
    cluster.clock.jump(24 * HOUR);
    const { statusReads } = cluster.adobe;
    await run(member.jobs.askAgain(job.id, ALICE));
    expect(cluster.adobe.statusReads).toBe(statusReads);
  });

  test('is unknown to another person, who makes it go on in no way', async () => {
    const member = await cluster.member();
    const job = await givenUp(member);
    cluster.clock.jump(10 * MINUTE);
    await expect(member.jobs.askAgain(job.id, BOB)).rejects.toMatchObject({ code: 'unknown_job' });
    expect(await member.jobs.find(job.id, ALICE)).toMatchObject({ state: 'failed' });
  });

  test('goes on once, however many look at one moment', async () => {
    const members = [await cluster.member(), await cluster.member()] as const;
    const job = await givenUp(members[0]);
    cluster.clock.jump(10 * MINUTE);
    await run(Promise.all([...members, ...members].map(({ jobs }) => jobs.askAgain(job.id, ALICE))));
    const done = await run(members[1].jobs.wait(job.id, ALICE, { waitMs: HOUR }));
    expect(done).toMatchObject({ state: 'succeeded' });
    expect(done.images).toHaveLength(1);
  });
});

test('an item of a batch that was given up counts as made once its pictures are there', async () => {
  const { jobs, batches, db } = await cluster.member();
  const problem = { ...A_PROBLEM, code: 'timeout' } as const;
  cluster.adobe.statusScript.push({ kind: 'timed_out', problem });
  const { id } = await run(batches.submit(aPlan(['fox'], { folder: '/set' }), ALICE));
  const ended = async () => {
    while ((await batches.get(id, ALICE)).state !== 'finished') await cluster.clock.sleep(1_000);
    return batches.get(id, ALICE);
  };
  expect(await run(ended())).toMatchObject({ counts: { failed: 1 } });
  const [{ job } = expect.unreachable('no item')] = await batches.endedItems(id, ALICE, { limit: 1 });
  await cluster.clock.pass(MINUTE);
  await db.transaction((tx) => settleBatch(tx, id));
  const held = () =>
    readTexts(db, `SELECT kind FROM content_references WHERE needed_by = ? OR needed_by = ?`, [id, job]);
  expect(await held()).toEqual([]);
  await run(jobs.askAgain(job, ALICE));
  // The batch keeps the pictures of the item until their files are written, and it is settled again.
  expect(await held()).toEqual(['images_of_job', 'images_of_job']);
  expect(await db.first('SELECT settled_at FROM batches WHERE id = ?', [id])).toEqual({ settled_at: null });
  expect(await batches.get(id, ALICE)).toMatchObject({ state: 'active', counts: { failed: 0 } });
  expect(await run(ended())).toMatchObject({ counts: { succeeded: 1, failed: 0 }, cost: { requests: 1 } });
  expect(cluster.adobe.submits).toHaveLength(1);
});

test.each<[string, RemoteStatus]>([
  ['refused by Adobe', REFUSED],
  ['cancelled', { kind: 'cancelled' }],
])('a job that was %s is not asked for again', async (_what, answer) => {
  const member = await cluster.member();
  cluster.adobe.statusScript.push(answer);
  const { job } = await member.jobs.enqueue(aRequest('paid for'), ALICE);
  const ended = await run(member.jobs.wait(job.id, ALICE, { waitMs: HOUR }));
  const { statusReads } = cluster.adobe;
  await run(member.jobs.askAgain(job.id, ALICE));
  expect(cluster.adobe.statusReads).toBe(statusReads);
  expect(await member.jobs.find(job.id, ALICE)).toMatchObject({ state: ended.state });
});
