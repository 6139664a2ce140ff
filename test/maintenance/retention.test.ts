import { existsSync } from 'node:fs';
import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createImageImport } from '../../src/images/import/image-import.ts';
import { originalIn } from '../support/rooms/blobs.ts';
import { DRAFT, type ImageFacts, type Still, type StoredBytes } from '../../src/images/types.ts';
import { DAY_MS } from '../../src/shared/time/durations.ts';
import { Maintenance } from '../../src/maintenance/schedule.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ALICE, aRequestWith } from '../support/cluster/test-cluster.ts';
import { A_PROBLEM, onePixel } from '../support/doubles/scripted-adobe.ts';
import { openRoomsOnDisk, type RoomsOnDisk } from './rooms-on-disk.ts';

const HOUR = 3_600_000;

let opened: RoomsOnDisk;
let { folder, clock, adobe, db, images, rooms } = {} as RoomsOnDisk;
beforeEach(async () => {
  opened = await openRoomsOnDisk();
  ({ folder, clock, adobe, db, images, rooms } = opened);
});
afterEach(() => opened.close());

function maintenance(retentionDays?: number, retentionBytes?: number): Maintenance {
  const auditLog = join(folder, 'audit.jsonl');
  return new Maintenance({
    db,
    blobs: opened.blobs,
    auditLog,
    retentionDays,
    retentionBytes,
    clock,
    logger: silentLogger,
  });
}

/** A job that has ended, with the real time that its files take. */
async function run(prompt: string, pictures: readonly Still[] = []) {
  const { job } = await clock.run(rooms.jobs.enqueue(aRequestWith(pictures, prompt), ALICE));
  for (;;) {
    const now = await clock.run(rooms.jobs.wait(job.id, ALICE, { waitMs: 5_000 }));
    if (now.finishedAt !== undefined) return now;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const stored = (shade: number) => imageImport().store(onePixel(shade));
const imageImport = () =>
  createImageImport({
    db,
    images,
    account: 'scripted',
    roots: { folders: [], base: folder },
    ownsUpload: async () => false,
  });

const isThere = (image: StoredBytes) => existsSync(originalIn(join(folder, 'images'), image));
const ageFile = async (image: StoredBytes, ms: number) => {
  const then = (clock.now() - ms) / 1000;
  await utimes(originalIn(join(folder, 'images'), image), then, then);
};
const states = async () => (await db.all('SELECT id FROM jobs ORDER BY created_at')).map((row) => String(row['id']));

describe('retention', () => {
  test('retention by age deletes only older pictures and jobs', async () => {
    const old = await run('old');
    clock.jump(2 * DAY_MS);
    const young = await run('young');
    const { retention } = maintenance();
    expect(await retention.expire(1, { dryRun: true })).toMatchObject({ pictures: 1, jobs: 1 });
    expect(await states()).toHaveLength(2);
    const removed = await retention.expire(1);
    expect(removed).toMatchObject({ pictures: 1, jobs: 1, freed: { files: 1 } });
    expect(await states()).toEqual([young.id]);
    expect(old.images.map(isThere)).toEqual([false]);
    expect(young.images.map(isThere)).toEqual([true]);
    expect(await retention.expire(1)).toMatchObject({ pictures: 0, jobs: 0, freed: { files: 0 } });
  });

  test('retention by age keeps permits for budget and usage', async () => {
    await run('old');
    clock.jump(2 * DAY_MS);
    await maintenance().retention.expire(1);
    expect(await db.first('SELECT tool, principal, outcome FROM permits')).toEqual({
      tool: 'generate_image',
      principal: 'alice',
      outcome: 'accepted',
    });
  });

  test('an upload copy of a job that can be sent again is kept', async () => {
    const copy = await stored(7);
    await ageFile(copy, 3 * HOUR);
    const { retention } = maintenance();
    adobe.script.push({ kind: 'unknown', problem: { ...A_PROBLEM, code: 'outcome_unknown' } });
    expect(await run('unknown', [copy])).toMatchObject({ state: 'submit_unknown' });
    clock.jump(21 * HOUR);
    // The upload id has lapsed, so only the job holds on to the bytes.
    await retention.collect();
    expect(await db.all('SELECT * FROM uploads')).toEqual([]);
    expect(await retention.collector.sweepAll(true)).toMatchObject({ files: 0 });
    expect(isThere(copy)).toBe(true);
    clock.jump(2 * DAY_MS);
    await retention.expire(1);
    expect(isThere(copy)).toBe(false);
  });

  test('an upload copy is kept for as long as its upload id is reused', async () => {
    const copy = await stored(8);
    await run('made', [copy]);
    await ageFile(copy, 3 * HOUR);
    const { retention } = maintenance();
    expect(await retention.collector.sweepAll(true)).toMatchObject({ files: 0 });
    clock.jump(21 * HOUR);
    expect(await retention.collect()).toMatchObject({ files: 1 });
    expect(isThere(copy)).toBe(false);
  });

  test('the jobs of a batch are kept until it is settled', async () => {
    const { id } = await run('item');
    const batch = `INSERT INTO batches (id, account, principal, tool, source, digest, desired_state, items, duplicates, host,
      settled_at, created_at) VALUES ('batch_1', 'scripted', 'alice', 't', 's', 'd', 'active', 1, 0, 'h', ?, 0)`;
    await db.run(batch, [null]);
    await db.run(
      `INSERT INTO batch_items (batch, item, place, label, name, job) VALUES ('batch_1', 'one', 1, 'l', 'n', ?)`,
      [id],
    );
    clock.jump(2 * DAY_MS);
    const { retention } = maintenance();
    expect(await retention.expire(1)).toMatchObject({ jobs: 0 });
    await db.run('UPDATE batches SET settled_at = ?', [clock.now() - 1.5 * DAY_MS]);
    expect(await retention.expire(1)).toMatchObject({ jobs: 1 });
    expect(await db.all('SELECT * FROM batch_items')).toEqual([]);
  });
});

test('drafts of masks are gone after a day, without any retention, but for those that a picture was made with', async () => {
  const viewer = { principal: 'alice', conversation: undefined };
  const keep = (shade: number, kind: 'mask' | 'generated', facts: ImageFacts) =>
    imageImport().keep(onePixel(shade), { kind, facts }, viewer);
  const unused = await keep(1, 'mask', { tool: DRAFT });
  const used = await keep(2, 'mask', { tool: DRAFT });
  const mask = await keep(3, 'mask', { tool: 'make_mask' });
  const made = await keep(4, 'generated', { tool: 'fill_image', mask: used.id });
  clock.jump(DAY_MS + HOUR);
  const young = await keep(5, 'mask', { tool: DRAFT });
  expect(await maintenance().retention.expireDrafts()).toMatchObject({ pictures: 1 });
  await expect(images.get(unused.id, viewer)).rejects.toMatchObject({ code: 'unknown_image' });
  const rest = [used, mask, made, young].map(({ id }) => id);
  const listed = async (query: object) =>
    (await images.list({ limit: 9, ...query }, viewer)).map(({ id }) => id).toSorted();
  expect(await listed({ ids: [unused.id, ...rest] })).toEqual(rest.toSorted());
  // A list without a name for them leaves drafts out.
  expect(await listed({})).toEqual([made.id, mask.id].toSorted());
  expect(await listed({ tool: DRAFT })).toEqual([young.id, used.id].toSorted());
});

/** The files are written in real time, however slow the machine. */
const POLL = { interval: 20 };

describe('maintenance', () => {
  test(
    'maintenance deletes soon after the start, in one process of all, and again later',
    { tags: 'long' },
    async () => {
      // Files are worked on in real time, so that simulated time has to go on until they are done.
      const statesLater = async () => {
        await clock.pass(5_000);
        return states();
      };
      await run('old');
      clock.jump(2 * DAY_MS);
      const [one, two] = [maintenance(1), maintenance(1)];
      one.start();
      two.start();
      await clock.pass(15_000);
      await expect.poll(statesLater, POLL).toEqual([]);
      expect(await db.all('SELECT name FROM maintenance_runs')).toHaveLength(1);
      await run('next');
      clock.jump(2 * DAY_MS);
      await clock.pass(700_000);
      await expect.poll(statesLater, POLL).toEqual([]);
      await clock.run(Promise.all([one.stop(), two.stop()]));
    },
  );

  test('maintenance completes the record while it runs, and the last lines when it stops', async () => {
    const upkeep = maintenance();
    upkeep.start();
    await run('first');
    await clock.pass(2_000);
    const written = () => readFile(join(folder, 'audit.jsonl'), 'utf8').catch(() => '');
    const lines = async () =>
      db.dialect === 'postgres'
        ? await db.all('SELECT job FROM spending_record')
        : (await written()).split('\n').filter((line) => line !== '');
    await expect.poll(lines, POLL).toHaveLength(1);
    await run('second');
    await clock.run(upkeep.stop());
    expect(await lines()).toHaveLength(2);
  });

  test('maintenance keeps everything where no retention is configured', async () => {
    await run('old');
    clock.jump(400 * DAY_MS);
    const upkeep = maintenance();
    upkeep.start();
    await clock.pass(15_000);
    await clock.run(upkeep.stop());
    expect(await states()).toHaveLength(1);
  });
});
