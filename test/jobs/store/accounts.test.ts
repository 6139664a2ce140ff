import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuditLog } from '../../../src/maintenance/audit-log.ts';
import { requireStill } from '../../../src/images/still.ts';
import { aPlan } from '../batches/a-plan.ts';
import { ALICE, aRequest, aRequestWith, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM, onePixel, ScriptedAdobe } from '../../support/doubles/scripted-adobe.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let cluster: TestCluster;
let other: ScriptedAdobe;
beforeEach(async () => {
  cluster = await TestCluster.create();
  other = new ScriptedAdobe(cluster.clock, 'other');
});
afterEach(() => cluster.close());

/** Two processes with credentials of their own on one database, both used by one principal. */
async function two(options: Parameters<TestCluster['member']>[0] = {}): Promise<[TestProcess, TestProcess]> {
  return [await cluster.member(options), await cluster.member({ ...options, adobe: other })];
}
const enqueue = (member: TestProcess, prompt: string, options = {}) =>
  cluster.clock.run(member.jobs.enqueue(aRequest(prompt), ALICE, options));
async function finished(member: TestProcess, prompt: string) {
  const { job } = await enqueue(member, prompt);
  return cluster.clock.run(member.jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
}
const overview = (member: TestProcess) => cluster.clock.run(member.jobs.overview(ALICE, { limit: 10 }));

/** Accounts in the record of spending, in its order: rows of a table with PostgreSQL, else lines of a file. */
async function accountsInRecord({ db }: TestProcess): Promise<readonly unknown[]> {
  if (db.dialect === 'postgres') {
    return (await db.all('SELECT account FROM spending_record ORDER BY ended_at')).map(({ account }) => account);
  }
  const folder = temporaryFolder('accounts-');
  const path = join(folder, 'audit.jsonl');
  await new AuditLog({ db, path }).flush();
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  removeFolder(folder);
  return lines.map((line) => (JSON.parse(line) as { account: string }).account);
}

describe('two accounts in one database', () => {
  test('have a quota each', async () => {
    const [mine, theirs] = await two({ perMinute: 2 });
    for (let n = 0; n < 3; n += 1) for (const member of [mine, theirs]) await enqueue(member, `chair ${n}`);
    await cluster.clock.pass(20_000);
    expect([cluster.adobe, other].map(({ submits }) => submits.length)).toEqual([2, 2]);
    expect((await overview(theirs)).quota).toMatchObject({ usedThisMinute: 2, usedToday: 2 });
    await cluster.clock.pass(70_000);
    expect([cluster.adobe, other].map(({ submits }) => submits.length)).toEqual([3, 3]);
  });

  test('have a limit per day each', async () => {
    const [mine, theirs] = await two({ perMinute: 60, perDay: 1 });
    expect(await finished(mine, 'one')).toMatchObject({ state: 'succeeded' });
    expect(await finished(theirs, 'two')).toMatchObject({ state: 'succeeded' });
    expect((await overview(theirs)).quota.usedToday).toBe(1);
  });

  test('have a cooldown each: one sends while the other must not', async () => {
    const [mine, theirs] = await two({ perMinute: 60 });
    cluster.adobe.script.push({ kind: 'rate_limited', retryAfterMs: 300_000, problem: A_PROBLEM });
    await enqueue(mine, 'too much');
    await cluster.clock.pass(5_000);
    expect((await overview(mine)).quota.cooldownUntil).toBeGreaterThan(cluster.clock.now());
    expect((await overview(theirs)).quota.cooldownUntil).toBeUndefined();
    const start = cluster.clock.now();
    expect(await finished(theirs, 'goes on')).toMatchObject({ state: 'succeeded' });
    expect(cluster.clock.now() - start).toBeLessThan(30_000);
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('have a pace each, reduced by their own 429s alone', async () => {
    const [mine, theirs] = await two({ perMinute: 8 });
    const limited = { kind: 'rate_limited', retryAfterMs: 1_000, problem: A_PROBLEM } as const;
    cluster.adobe.script.push(limited, limited);
    await finished(mine, 'slowed');
    expect((await overview(mine)).quota.perMinute).toBeLessThan(8);
    expect((await overview(theirs)).quota.perMinute).toBe(8);
  });

  test('have credentials each: a refused token of one does not stop the other', async () => {
    const [mine, theirs] = await two({ perMinute: 60 });
    cluster.adobe.prepareScript.push(new Error('refused'));
    await expect(enqueue(mine, 'no')).rejects.toThrow('refused');
    expect(await finished(theirs, 'yes')).toMatchObject({ state: 'succeeded' });
  });

  test('have uploads each: an upload id of one is not used by the other', async () => {
    const [mine, theirs] = await two({ perMinute: 60 });
    const receiver = await cluster.images.receive();
    await receiver.write(onePixel(1));
    const picture = requireStill(await receiver.finish());
    await receiver.discard();
    const request = aRequestWith([picture], 'with a picture');
    for (const member of [mine, theirs]) {
      const { job } = await cluster.clock.run(member.jobs.enqueue(request, ALICE));
      await cluster.clock.run(member.jobs.wait(job.id, ALICE, { waitMs: 60_000 }));
    }
    expect([cluster.adobe, other].map(({ uploads }) => uploads.length)).toEqual([1, 1]);
  });

  test('have jobs each: a process claims those of its own account alone, also after the death of another process', async () => {
    const [mine] = await two({ perMinute: 60, idle: true });
    const { job } = await enqueue(mine, 'mine');
    const theirs = await cluster.member({ perMinute: 60, adobe: other });
    await cluster.clock.pass(30_000);
    expect((await cluster.clock.run(mine.jobs.get(job.id, ALICE))).state).toBe('queued');
    const mortal = await cluster.member({ perMinute: 60 });
    await cluster.clock.pass(2_000);
    mortal.kill();
    expect(cluster.adobe.submits).toHaveLength(1);
    await cluster.clock.pass(60_000);
    expect(await finished(theirs, 'theirs')).toMatchObject({ state: 'succeeded' });
    expect(other.submits.map(({ prompt }) => prompt)).toEqual(['theirs']);
    expect((await cluster.clock.run(mine.jobs.get(job.id, ALICE))).finishedAt).toBeUndefined();
  });

  test('have a budget each', async () => {
    const [mine, theirs] = await two({ perMinute: 60, dailyBudget: 1 });
    await finished(mine, 'one');
    expect((await overview(theirs)).budget).toMatchObject({ spent: 0, committed: 0 });
    await finished(theirs, 'one');
    await expect(enqueue(mine, 'two')).rejects.toMatchObject({ code: 'budget_exhausted' });
    expect((await overview(theirs)).budget).toMatchObject({ spent: 1 });
  });

  test('see their own jobs and spending alone: an id of the other account is answered like an unknown one', async () => {
    const [mine, theirs] = await two({ perMinute: 60 });
    const { job } = await enqueue(mine, 'mine');
    const unknown = `job_${'0'.repeat(26)}`;
    const queries = (id: string) => [
      theirs.jobs.get(id, ALICE),
      theirs.jobs.cancel(id, ALICE),
      theirs.jobs.resubmit(id, ALICE),
      theirs.jobs.wait(id, ALICE, { waitMs: 0 }),
      theirs.jobs.list({ limit: 1, before: id }, ALICE),
    ];
    const answersTo = async (id: string) => cluster.clock.run(Promise.allSettled(queries(id)));
    expect(await answersTo(job.id)).toEqual(await answersTo(unknown));
    await cluster.clock.run(mine.jobs.wait(job.id, ALICE, { waitMs: 60_000 }));
    expect(await overview(theirs)).toMatchObject({ queued: 0, running: 0, jobs: [] });
    expect((await cluster.clock.run(theirs.jobs.usage(ALICE))).days).toEqual([]);
    expect((await cluster.clock.run(mine.jobs.usage(ALICE))).days).toHaveLength(1);
  });

  test('have batches each', async () => {
    const [mine, theirs] = await two({ idle: true });
    const batch = await cluster.clock.run(mine.batches.submit(aPlan(['one', 'two']), ALICE));
    const told = (id: string) =>
      cluster.clock.run(Promise.allSettled([theirs.batches.get(id, ALICE), theirs.batches.cancel(id, ALICE)]));
    expect(await told(batch.id)).toEqual(await told(`batch_${'0'.repeat(26)}`));
    expect(await cluster.clock.run(theirs.batches.list({ limit: 5 }, ALICE))).toEqual([]);
    const again = await cluster.clock.run(theirs.batches.submit(aPlan(['one', 'two']), ALICE));
    expect(again.id).not.toBe(batch.id);
  });

  test('are apart in deduplication: a call of one does not attach to a job of the other', async () => {
    const [mine, theirs] = await two({ idle: true });
    const first = await enqueue(mine, 'same', { idempotencyKey: 'key' });
    const second = await enqueue(theirs, 'same', { idempotencyKey: 'key' });
    expect(second.attached).toBe(false);
    expect(second.job.id).not.toBe(first.job.id);
    await expect(enqueue(theirs, 'another', { idempotencyKey: 'key' })).rejects.toMatchObject({
      message: expect.stringContaining(second.job.id),
    });
  });

  test('share one record of spending, in which each line names its account', async () => {
    const [mine, theirs] = await two({ perMinute: 60 });
    await finished(mine, 'one');
    await finished(theirs, 'two');
    expect(await accountsInRecord(mine)).toEqual(['scripted', 'other']);
  });
});
