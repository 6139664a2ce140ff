import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aPlan, prompts } from '../batches/a-plan.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';

const MINUTE = 60_000;
const NEWER = { code: 'job_newer', actor: 'operator' };

let cluster: TestCluster;
let writer: TestProcess;
beforeEach(async () => {
  cluster = await TestCluster.create();
  writer = await cluster.member({ idle: true });
});
afterEach(() => cluster.close());

const rowOf = (id: string) => writer.db.first('SELECT * FROM jobs WHERE id = ?', [id]);

/** A queued job with columns that only a later version writes. */
async function newerJob(
  prompt: string,
  columns: Readonly<Record<string, string>> = { operation: 'paintVideosV9Async' },
) {
  const { job } = await writer.jobs.enqueue(aRequest(prompt), ALICE);
  for (const [name, value] of Object.entries(columns))
    await writer.db.run(`UPDATE jobs SET ${name} = ? WHERE id = ?`, [value, job.id]);
  return job.id;
}

async function finishes(member: TestProcess, prompt: string) {
  const { job } = await cluster.clock.run(member.jobs.enqueue(aRequest(prompt), ALICE));
  return cluster.clock.run(member.jobs.wait(job.id, ALICE, { waitMs: 5 * MINUTE }));
}

describe('a job whose operation only a later version knows', () => {
  test('is neither sent nor failed, and keeps no other job from its turn', async () => {
    const ids = [];
    // More than the quota of a minute, and more than a process holds of jobs that wait.
    for (let n = 0; n < 12; n += 1) ids.push(await newerJob(`newer ${n}`));
    const before = await Promise.all(ids.map(rowOf));
    const member = await cluster.member();
    expect(await finishes(member, 'of this version')).toMatchObject({ state: 'succeeded' });
    await cluster.clock.pass(10 * MINUTE);
    expect(await Promise.all(ids.map(rowOf))).toEqual(before);
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test.each(['permitted', 'submitting', 'accepted', 'saving'])(
    'stays %s where its process died: it may have been paid for',
    { tags: 'long' },
    async (state) => {
      const id = await newerJob('newer', { operation: 'paintVideosV9Async', state, lease_owner: 'gone' });
      const before = await rowOf(id);
      await cluster.member();
      await cluster.clock.pass(30 * MINUTE);
      expect(await rowOf(id)).toEqual(before);
      expect(cluster.adobe.submits).toEqual([]);
    },
  );

  test('is a clear problem for those who ask for it, cancel it or send it again', async () => {
    const id = await newerJob('newer');
    const before = await rowOf(id);
    const { jobs } = await cluster.member();
    for (const asked of [
      () => jobs.get(id, ALICE),
      () => jobs.wait(id, ALICE, { waitMs: MINUTE }),
      () => jobs.cancel(id, ALICE),
      () => jobs.resubmit(id, ALICE),
    ])
      await expect(cluster.clock.run(asked())).rejects.toMatchObject(NEWER);
    expect(await rowOf(id)).toEqual(before);
  });

  test('and one that cannot be read are to other people like one that was never made', async () => {
    const { jobs } = await cluster.member();
    const ids = [await newerJob('newer'), await newerJob('damaged', { pictures: 'not JSON' }), 'job_never'];
    for (const id of ids) {
      for (const asked of [
        () => jobs.get(id, BOB),
        () => jobs.wait(id, BOB, { waitMs: MINUTE }),
        () => jobs.cancel(id, BOB),
        () => jobs.resubmit(id, BOB),
      ])
        await expect(cluster.clock.run(asked())).rejects.toMatchObject({ code: 'unknown_job' });
    }
  });

  test('is told at once where it cannot be read, since that does not pass', async () => {
    const id = await newerJob('damaged', { pictures: 'not JSON' });
    const { jobs } = await cluster.member();
    const before = cluster.clock.now();
    const asked = jobs.wait(id, ALICE, { waitMs: MINUTE });
    await expect(cluster.clock.run(asked)).rejects.toMatchObject({ code: 'store_unreadable' });
    expect(cluster.clock.now()).toBe(before);
  });

  test('is not paid for again by an identical call', async () => {
    await newerJob('newer');
    const { jobs } = await cluster.member();
    await expect(cluster.clock.run(jobs.enqueue(aRequest('newer'), ALICE))).rejects.toMatchObject(NEWER);
    await cluster.clock.pass(MINUTE);
    expect(cluster.adobe.submits).toEqual([]);
  });

  test('is left out of lists, which show the others, and still counts as queued', async () => {
    await newerJob('newer');
    const { job } = await writer.jobs.enqueue(aRequest('of this version'), ALICE);
    const overview = await writer.jobs.overview(ALICE, { limit: 10 });
    expect(overview.jobs.map(({ id }) => id)).toEqual([job.id]);
    expect(overview.queued).toBe(2);
  });

  test('of a batch stays waiting while the other items end', async () => {
    await writer.batches.submit(aPlan(prompts(3)), ALICE);
    const oldest = 'SELECT MIN(created_at) FROM jobs';
    await writer.db.run(`UPDATE jobs SET operation = 'paintVideosV9Async' WHERE created_at = (${oldest})`);
    await cluster.member();
    await cluster.clock.pass(10 * MINUTE);
    expect(cluster.adobe.submits).toHaveLength(2);
  });
});

describe('a row of a job that this version cannot have written', () => {
  test('keeps no other job from being claimed, and stays as it is', async () => {
    const id = await newerJob('damaged', { pictures: 'not JSON' });
    const before = await rowOf(id);
    const member = await cluster.member();
    expect(await finishes(member, 'of this version')).toMatchObject({ state: 'succeeded' });
    expect(await rowOf(id)).toEqual(before);
    await expect(member.jobs.get(id, ALICE)).rejects.toMatchObject({ code: 'store_unreadable' });
  });
});
