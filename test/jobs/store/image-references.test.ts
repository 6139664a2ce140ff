import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Still } from '../../../src/images/types.ts';
import { Retention } from '../../../src/maintenance/retention.ts';
import { DAY_MS } from '../../../src/shared/time/durations.ts';
import { ALICE, aRequestWith, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { MemoryBlobs } from '../../support/doubles/memory-blobs.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';
import { aPlan, prompts } from '../batches/a-plan.ts';

const SOURCE = `img_${'1'.repeat(26)}`;
const MASK = `img_${'2'.repeat(26)}`;
const COPY: Still = { sha256: 'c'.repeat(64), mimeType: 'image/png', bytes: 10, width: 600, height: 600 };

let cluster: TestCluster;
let member: TestProcess;
beforeEach(async () => {
  cluster = await TestCluster.create();
  member = await cluster.member({ perMinute: 60 });
});
afterEach(() => cluster.close());

/** What is kept from deletion: kind and target, with its owner. Uploads have owners of their own. */
async function references(): Promise<readonly string[]> {
  const rows = await member.db.all('SELECT kind, target, needed_by FROM content_references');
  return rows
    .filter((row) => !String(row['needed_by']).startsWith('upload '))
    .map((row) => `${String(row['needed_by'])} needs ${String(row['kind'])} ${String(row['target'])}`)
    .toSorted();
}

function anEdit(prompt: string) {
  const request = aRequestWith([COPY], prompt);
  return { ...request, facts: { ...request.facts, sources: [SOURCE], mask: MASK } };
}

const enqueue = async (request = anEdit('an edit')) =>
  (await cluster.clock.run(member.jobs.enqueue(request, ALICE))).job;
const ended = (id: string) => cluster.clock.run(member.jobs.wait(id, ALICE, { waitMs: 600_000 }));

describe('a job', () => {
  test('keeps its upload copies, its source, its mask and its own pictures until it has succeeded', async () => {
    const { id } = await enqueue();
    const all = [`content ${COPY.sha256}`, `image ${SOURCE}`, `image ${MASK}`, `images_of_job ${id}`];
    expect(await references()).toEqual(all.map((what) => `${id} needs ${what}`).toSorted());
    expect(await ended(id)).toMatchObject({ state: 'succeeded' });
    expect(await references()).toEqual([]);
  });

  test('that ends without success keeps only the copies, with which it may be sent again', async () => {
    cluster.adobe.script.push({ kind: 'refused', problem: A_PROBLEM });
    const { id } = await enqueue();
    expect(await ended(id)).toMatchObject({ state: 'failed' });
    expect(await references()).toEqual([`${id} needs content ${COPY.sha256}`]);
    const again = await cluster.clock.run(member.jobs.resubmit(id, ALICE));
    expect(await references()).toContain(`${again.id} needs content ${COPY.sha256}`);
    expect(await ended(again.id)).toMatchObject({ state: 'succeeded' });
    expect(await references()).toEqual([`${id} needs content ${COPY.sha256}`]);
    await cluster.clock.run(member.jobs.get(id, ALICE));
    cluster.clock.jump(2 * DAY_MS);
    const blobs = new MemoryBlobs(cluster.clock);
    await new Retention({ db: member.db, blobs, clock: cluster.clock }).expire(1);
    expect(await references()).toEqual([]);
  });

  test('that is cancelled while it waits keeps only the copies', async () => {
    const idle = await cluster.member({ perMinute: 60, idle: true });
    await member.engine.stop();
    const { job } = await idle.jobs.enqueue(anEdit('unwanted'), ALICE);
    await cluster.clock.run(idle.jobs.cancel(job.id, ALICE));
    expect(await references()).toEqual([`${job.id} needs content ${COPY.sha256}`]);
  });

  test('whose prompt and other words quote handles and hashes keeps none of them', async () => {
    const quoted = `like img_${'3'.repeat(26)} or ${'d'.repeat(64)}, see ${SOURCE}`;
    const { facts, ...request } = aRequestWith([], quoted);
    const { id } = await enqueue({
      ...request,
      facts: { ...facts, prompt: quoted, negativePrompt: quoted, sources: [], mask: MASK },
    });
    expect(await references()).toEqual([`${id} needs image ${MASK}`, `${id} needs images_of_job ${id}`]);
  });

  test('has an upload, whose content is kept for twenty hours', async () => {
    const { id } = await enqueue();
    await ended(id);
    const uploads = await member.db.all('SELECT target, needed_by, lapses_at FROM content_references');
    expect(uploads).toMatchObject([{ target: COPY.sha256, needed_by: `upload scripted alice ${COPY.sha256}` }]);
    const left = Number(uploads[0]?.['lapses_at']) - (await member.db.now());
    expect(left).toBeGreaterThan(19 * 3_600_000);
    expect(left).toBeLessThanOrEqual(20 * 3_600_000);
    const lapsed = { ...A_PROBLEM, code: 'upload_lapsed' } as const;
    cluster.adobe.script.push({ kind: 'refused', problem: lapsed }, { kind: 'refused', problem: lapsed });
    await ended((await enqueue(anEdit('with a lapsed upload'))).id);
    expect((await references()).every((line) => line.endsWith(`needs content ${COPY.sha256}`))).toBe(true);
  });
});

describe('a batch', () => {
  test('keeps the pictures of all its items until it is settled, and again while an item is made anew', async () => {
    cluster.adobe.script.push({ kind: 'refused', problem: A_PROBLEM });
    const batch = await cluster.clock.run(member.batches.submit(aPlan(prompts(3)), ALICE));
    const jobs = async () => {
      const rows = await member.db.all('SELECT job FROM batch_items WHERE batch = ?', [batch.id]);
      return rows.map((row) => String(row['job']));
    };
    const kept = (ids: readonly string[]) => ids.map((id) => `${batch.id} needs images_of_job ${id}`).toSorted();
    const first = await jobs();
    expect(await references()).toEqual(expect.arrayContaining(kept(first)));
    await cluster.clock.pass(600_000);
    // No machine writes the files of this batch, so it is not settled.
    expect(await references()).toEqual(kept(first));
    await settle(batch.id);
    expect(await references()).toEqual([]);
    await cluster.clock.run(member.batches.retry(batch.id, ALICE, { acceptPossibleCharge: false }));
    const next = await jobs();
    expect(next).not.toEqual(first);
    expect(await references()).toEqual(expect.arrayContaining(kept(next)));
    await cluster.clock.pass(600_000);
    await settle(batch.id);
    expect(await references()).toEqual([]);
  });

  test('that is cancelled keeps nothing for the items that were still waiting', async () => {
    await member.engine.stop();
    const idle = await cluster.member({ perMinute: 60, idle: true });
    const batch = await cluster.clock.run(idle.batches.submit(aPlan(prompts(3)), ALICE));
    expect(await references()).toHaveLength(6);
    await cluster.clock.run(idle.batches.cancel(batch.id, ALICE));
    expect((await references()).filter((line) => line.startsWith('job_'))).toEqual([]);
    await settle(batch.id);
    expect(await references()).toEqual([]);
  });

  async function settle(id: string): Promise<void> {
    const { settleBatch } = await import('../../../src/jobs/store/batches/batch-store.ts');
    await member.db.transaction((tx) => settleBatch(tx, id));
  }
});
