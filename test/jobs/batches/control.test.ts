import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BatchView } from '../../../src/jobs/batches/model/batch-types.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';
import { aPlan, prompts } from './a-plan.ts';

const MINUTE = 60_000;

let cluster: TestCluster;
let member: TestProcess;
beforeEach(async () => {
  cluster = await TestCluster.create();
  member = await cluster.member();
});
afterEach(() => cluster.close());

const sent = () => cluster.adobe.submits.map(({ prompt }) => prompt);
const submit = (count: number) => cluster.clock.run(member.batches.submit(aPlan(prompts(count)), ALICE));

async function end(id: string): Promise<BatchView> {
  const ended = async () => {
    for (;;) {
      const batch = await member.batches.get(id, ALICE);
      if (batch.counts.waiting + batch.counts.running === 0) return batch;
      await cluster.clock.sleep(1_000);
    }
  };
  return cluster.clock.run(ended());
}

describe('a batch', () => {
  test('a batch makes every item, identical ones too, in the order of its source', async () => {
    const { id } = await cluster.clock.run(member.batches.submit(aPlan(['fox', 'fox', 'owl', 'fox', 'elk']), ALICE));
    expect(await end(id)).toMatchObject({
      state: 'finished',
      counts: { succeeded: 5 },
      cost: { operations: 5, requests: 5 },
    });
    // The quota lets four of them be sent in the first minute, in any order.
    expect(sent().slice(0, 4).sort()).toEqual(['fox', 'fox', 'fox', 'owl']);
    expect(sent().slice(4)).toEqual(['elk']);
  });

  test('a batch that is submitted again is found, and is only made anew with again', async () => {
    const first = await submit(3);
    expect((await submit(3)).id).toBe(first.id);
    await end(first.id);
    expect((await submit(3)).id).toBe(first.id);
    await cluster.clock.pass(5 * MINUTE);
    expect(sent()).toHaveLength(3);
    const anew = await cluster.clock.run(member.batches.submit(aPlan(prompts(3)), ALICE, { newJob: true }));
    expect(anew.id).not.toBe(first.id);
    await end(anew.id);
    expect(sent()).toHaveLength(6);
  });

  test(
    'a batch whose process died while it was stored is completed, with no item twice',
    { tags: 'long' },
    async () => {
      let written = 0;
      const dying = cluster.clock.run(
        member.batches.submit(aPlan(prompts(60)), ALICE, {
          onWritten: (items) => {
            written = items;
            if (items === 50) member.kill();
          },
        }),
      );
      dying.catch(() => undefined);
      while (written < 50) await new Promise((resolve) => setImmediate(resolve));
      member = await cluster.member({ perMinute: 60 });
      const { id, written: found } = await cluster.clock.run(member.batches.submit(aPlan(prompts(60)), ALICE));
      expect(found).toBe(60);
      expect((await end(id)).counts).toMatchObject({ succeeded: 60 });
      expect(new Set(sent()).size).toBe(60);
      expect(sent()).toHaveLength(60);
      void dying;
    },
  );

  test('an interactive job overtakes a batch, and never attaches to an item', async () => {
    await submit(300);
    await cluster.clock.pass(1_000);
    const { job, attached } = await cluster.clock.run(member.jobs.enqueue(aRequest('portrait 200'), ALICE));
    expect(attached).toBe(false);
    await cluster.clock.run(member.jobs.wait(job.id, ALICE, { waitMs: 3 * MINUTE }));
    expect((await member.jobs.get(job.id, ALICE)).state).toBe('succeeded');
    expect((await member.jobs.list({ limit: 100 }, ALICE)).map(({ id }) => id)).toEqual([job.id]);
  });

  test('a batch knows before its submit which items earlier batches have made, and when it would end', async () => {
    const later = aPlan(['fox', 'fox', 'fox', 'owl', 'elk'], { digest: 'changed' });
    expect(await member.batches.alreadyMade(later, ALICE)).toEqual(new Set());
    const { id } = await cluster.clock.run(member.batches.submit(aPlan(['fox', 'owl', 'fox', 'yak']), ALICE));
    const made = await member.batches.alreadyMade(later, ALICE);
    expect(later.items.map(({ key }) => made.has(key))).toEqual([true, true, false, true, false]);
    expect((await member.batches.alreadyMade(later, BOB)).size).toBe(0);
    expect((await member.batches.alreadyMade({ ...later, source: 'other.jsonl' }, ALICE)).size).toBe(0);
    // A batch with --new-only adds to those before it.
    await cluster.clock.run(member.batches.submit(aPlan(['fox', 'elk'], { digest: 'new only' }), ALICE));
    const all = await member.batches.alreadyMade(later, ALICE);
    expect(later.items.map(({ key }) => all.has(key))).toEqual([true, true, true, true, true]);
    await end(id);
    const { endsAt = 0, budgets, cost } = await member.batches.outlook(aPlan(prompts(9)), ALICE);
    expect(endsAt - cluster.clock.now()).toBeGreaterThan(2 * MINUTE);
    expect(budgets).toEqual([]);
    expect(cost).toEqual({ operations: 9, requests: 9, estimate: false });
    expect(await member.batches.endedItems(id, ALICE, { limit: 3 })).toHaveLength(3);
  });

  test('a batch is unknown to other principals', async () => {
    const { id } = await submit(1);
    for (const ask of ['get', 'pause', 'resume', 'cancel'] as const) {
      await expect(member.batches[ask](id, BOB)).rejects.toMatchObject({ code: 'unknown_batch' });
    }
    expect(await member.batches.list({ limit: 10 }, BOB)).toEqual([]);
  });
});

describe('pause and cancel', () => {
  test(
    'a paused batch sends no item until it is resumed, and leaves room for other batches',
    { tags: 'long' },
    async () => {
      const { id } = await submit(12);
      await cluster.clock.pass(20_000);
      expect(await cluster.clock.run(member.batches.pause(id, ALICE))).toMatchObject({ state: 'paused' });
      await cluster.clock.pass(10 * MINUTE);
      expect(sent()).toHaveLength(4);
      expect((await member.jobs.overview(ALICE, { limit: 1 })).queued).toBe(0);
      const other = await cluster.clock.run(member.batches.submit(aPlan(['other']), ALICE));
      await end(other.id);
      await cluster.clock.run(member.batches.resume(id, ALICE));
      expect(await end(id)).toMatchObject({ state: 'finished', counts: { succeeded: 12 } });
      expect(new Set(sent()).size).toBe(13);
    },
  );

  test('a cancelled batch ends waiting items for free, and asks Adobe to end those in flight', async () => {
    cluster.adobe.durationMs = 5 * MINUTE;
    const { id } = await submit(12);
    await cluster.clock.pass(20_000);
    await cluster.clock.run(member.batches.cancel(id, ALICE));
    const batch = await end(id);
    expect(batch).toMatchObject({
      state: 'cancelled',
      counts: { cancelled: 12 },
      cost: { operations: 4, requests: 4 },
    });
    expect(cluster.adobe.cancels).toHaveLength(4);
    await cluster.clock.pass(10 * MINUTE);
    expect(sent()).toHaveLength(4);
    await expect(member.batches.cancel(id, ALICE)).rejects.toMatchObject({ code: 'batch_ended' });
  });
});

describe('the retry of a batch', () => {
  test('a retry makes new jobs for failed items, and for unknown ones only where a second charge is accepted', async () => {
    cluster.adobe.script.push({ kind: 'refused', problem: A_PROBLEM }, 'lost');
    const { id } = await submit(4);
    const first = await end(id);
    expect(first).toMatchObject({ counts: { succeeded: 2, failed: 1, unknown: 1 } });
    expect(first.failures.map(({ state }) => state).sort()).toEqual(['failed', 'submit_unknown']);
    const retry = (acceptPossibleCharge: boolean) =>
      cluster.clock.run(member.batches.retry(id, ALICE, { acceptPossibleCharge }));
    expect(await retry(false)).toEqual({ retried: 1 });
    expect(await end(id)).toMatchObject({ counts: { succeeded: 3, unknown: 1 } });
    expect(await retry(false)).toEqual({ retried: 0 });
    expect(await retry(true)).toEqual({ retried: 1 });
    expect(await end(id)).toMatchObject({ counts: { succeeded: 4 }, cost: { operations: 5, requests: 5 } });
    const times = (prompt: string) => sent().filter((other) => other === prompt).length;
    expect(
      prompts(4)
        .map(times)
        .sort((a, b) => a - b),
    ).toEqual([1, 1, 2, 2]);
  });

  test('a resubmission of one item puts its new job into the batch', async () => {
    cluster.adobe.script.push('lost');
    const { id } = await submit(2);
    const { failures } = await end(id);
    const job = await cluster.clock.run(member.jobs.resubmit(failures[0]?.job ?? '', ALICE));
    await cluster.clock.run(member.jobs.wait(job.id, ALICE, { waitMs: 5 * MINUTE }));
    expect(await member.batches.get(id, ALICE)).toMatchObject({ state: 'finished', counts: { succeeded: 2 } });
  });
});
