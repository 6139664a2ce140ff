import { existsSync } from 'node:fs';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isStill, requireStill } from '../../src/images/still.ts';
import type { StoredBytes } from '../../src/images/types.ts';
import type { Database } from '../../src/store/database.ts';
import { IMAGE_LIMITS_V3 } from '../../src/firefly/families/limits.ts';
import { NEVER } from '../support/cluster/test-cluster.ts';
import { onePixel } from '../support/doubles/scripted-adobe.ts';
import { HOUR, DataFolder } from './data-folder.ts';

let data: DataFolder;
beforeEach(async () => {
  data = await DataFolder.create();
});
afterEach(() => data.end());

const isThere = (image: StoredBytes) => existsSync(data.pathOf(image));
const sum = (images: readonly StoredBytes[]) => images.reduce((total, { bytes }) => total + bytes, 0);

describe('retention by size', () => {
  test('deletes the oldest pictures, records and files, until the others fit', async () => {
    const [one, two, three] = [await data.picture(9), await data.picture(8), await data.picture(7)];
    const retention = data.retention();
    const limit = sum([two, three]);
    const rehearsal = await retention.fit(limit, { dryRun: true });
    expect(rehearsal).toMatchObject({ pictures: 1, bytes: one.bytes, left: limit, freed: { files: 0 } });
    expect(await retention.fit(limit)).toMatchObject({
      pictures: 1,
      left: limit,
      freed: { files: 1, bytes: one.bytes },
    });
    expect([one, two, three].map(isThere)).toEqual([false, true, true]);
    expect(await data.left()).toEqual([two.id, three.id]);
    expect(await retention.fit(limit)).toMatchObject({ pictures: 0, freed: { files: 0 } });
  });

  test('deletes more pictures than fit into one transaction', async () => {
    const { bytes } = await data.picture(2, { shade: 1_000 });
    for (let n = 0; n < 8; n += 1) {
      await data.db.run(
        `INSERT INTO images (id, principal, account, kind, place, created_at, sha256, mime_type, bytes, width, height,
           words, facts) SELECT id || ?, principal, account, kind, place, created_at - ?, sha256 || ?, mime_type,
           bytes, width, height, words, facts FROM images`,
        [`_${n}`, 2 ** n, `_${n}`],
      );
    }
    const retention = data.retention();
    expect(await retention.fit(5 * bytes, { dryRun: true })).toMatchObject({ pictures: 251, left: 5 * bytes });
    expect(await retention.fit(5 * bytes)).toMatchObject({ pictures: 251, left: 5 * bytes });
    expect(await data.left()).toHaveLength(5);
  });

  test('keeps what unfinished work and uploads need, and reports it', async () => {
    const source = await data.picture(20);
    const kept = [
      source,
      await data.picture(19, { job: 'job_runs' }),
      await data.picture(18, { job: 'job_item' }),
      await data.picture(17, { kind: 'import' }),
      await data.picture(16, { kind: 'mask' }),
    ];
    const [uploaded, unsent] = kept.slice(3);
    await data.job('job_runs', { finished: false, facts: { sources: [source.id] } });
    await data.job('job_item');
    await data.batch('job_item', { settled: false });
    await data.job('job_unknown', { state: 'submit_unknown', pictures: unsent && isStill(unsent) ? [unsent] : [] });
    await data.uploaded(uploaded?.sha256 ?? '');
    const done = await data.picture(15, { job: 'job_done' });
    await data.job('job_done');
    await data.batch('job_done', { settled: true });
    const young = await data.picture(0.9);
    const retention = data.retention();
    expect(await retention.fit(1)).toMatchObject({
      pictures: 1,
      left: sum([...kept, young]),
      held: { pictures: 5, bytes: sum(kept) },
      young: { pictures: 1, bytes: young.bytes },
    });
    expect(await data.left()).toEqual([...kept, young].map(({ id }) => id));
    expect([...kept, young].every(isThere)).toBe(true);
    expect(isThere(done)).toBe(false);
  });

  test('deletes a content once its youngest picture is old enough, with all its pictures', async () => {
    const shared = [await data.picture(30, { shade: 7 }), await data.picture(3, { shade: 7, principal: 'bob' })];
    const between = await data.picture(5);
    const retention = data.retention();
    expect(await retention.fit(sum(shared.slice(1)))).toMatchObject({ pictures: 1 });
    expect(await data.left()).toEqual(shared.map(({ id }) => id));
    expect(isThere(between)).toBe(false);
    expect(await retention.fit(1)).toMatchObject({ pictures: 2, left: 0, freed: { files: 1 } });
  });

  test('deletes no more in several processes at once than in one', async () => {
    const all = [];
    for (let n = 0; n < 12; n += 1) all.push(await data.picture(30 - n));
    const others = await Promise.all([data.another(), data.another()]);
    const limit = sum(all.slice(6));
    const runs = [data.db, ...others].map((db) => data.retention(db).fit(limit));
    const pictures = (await Promise.all(runs)).map((run) => run.pictures);
    expect(pictures.reduce((a, b) => a + b)).toBe(6);
    expect(await data.left()).toEqual(all.slice(6).map(({ id }) => id));
  });

  test(
    'leaves no record without its file where the process is killed at any step (K15), and deletes the rest later',
    { tags: 'long' },
    async () => {
      // Fewer kills than on SQLite, since every round trip takes real time.
      for (let step = 1; ; step += data.db.dialect === 'postgres' ? 4 : 1) {
        const old = [await data.picture(40), await data.picture(39)];
        const kept = await data.picture(37);
        const { db, onTrashed, died } = mortal(data.db, step);
        const run = data.retention(db, onTrashed).fit(kept.bytes);
        const survived = await Promise.race([run.then(() => true), died.then(() => false)]);
        for (const id of await data.left()) {
          const image = await data.images.get(id, { principal: 'alice', conversation: undefined });
          await data.blobs.repair();
          expect(isThere(image), `step ${step}`).toBe(true);
        }
        const retention = data.retention();
        await retention.fit(kept.bytes);
        await retention.collect();
        expect(old.some(isThere), `step ${step}`).toBe(false);
        expect(isThere(kept)).toBe(true);
        expect(await readdir(join(data.pictures, 'trash'))).toEqual([]);
        await data.db.run('DELETE FROM images');
        if (survived) return expect(step).toBeGreaterThan(15);
      }
    },
  );
});

describe('retention by age', () => {
  test('keeps the pictures of unsettled batches and unfinished jobs', async () => {
    const [item, open, done] = ['job_item', 'job_open', 'job_done'];
    const images = [];
    for (const job of [item, open, done]) images.push(await data.picture(72, { job }));
    await data.job(item);
    await data.batch(item, { settled: false });
    await data.job(open, { finished: false });
    const retention = data.retention();
    expect(await retention.expire(1, { dryRun: true })).toMatchObject({ pictures: 1 });
    expect(await retention.expire(1)).toMatchObject({ pictures: 1 });
    expect(images.map(isThere)).toEqual([true, true, false]);
  });
});

describe('an upload copy', () => {
  const limits = IMAGE_LIMITS_V3.upload;

  test.each([
    ['of a mask', () => data.imageImport().store(onePixel(77))],
    [
      'of a picture',
      async () => (await data.imageImport().prepare(requireStill(await data.picture(0.5)), { limits })).copy,
    ],
  ])('%s that no job references is deleted after an hour', async (_what, make) => {
    const copy = await make();
    const retention = data.retention();
    expect(await retention.collect()).toMatchObject({ files: 0 });
    const then = (Date.now() - HOUR - 5_000) / 1000;
    await utimes(data.pathOf(copy), then, then);
    expect(await retention.collect()).toMatchObject({ files: 1, bytes: copy.bytes });
    expect(isThere(copy)).toBe(false);
  });

  test('that a job references is kept, even if it is on the list of the garbage collector', async () => {
    const copy = await data.imageImport().store(onePixel(78));
    await data.job('job_open', { finished: false, pictures: [copy] });
    const then = (Date.now() - HOUR - 5_000) / 1000;
    await utimes(data.pathOf(copy), then, then);
    const retention = data.retention();
    expect(await retention.collect()).toMatchObject({ files: 0 });
    await data.succeed('job_open');
    expect(await retention.collect()).toMatchObject({ files: 1 });
  });

  test('stays on the list of the garbage collector if a sweep comes before its file is in place', async () => {
    const retention = data.retention();
    const copy = await data.imageImport().store(onePixel(79));
    const path = data.pathOf(copy);
    const { rename } = await import('node:fs/promises');
    await rename(path, `${path}.away`);
    await retention.collect();
    await rename(`${path}.away`, path);
    await utimes(path, 1, 1);
    expect(await retention.collect()).toMatchObject({ files: 1 });
  });
});

/** A store whose process is killed at its n-th step. Moving a file to the trash is a step as well. */
function mortal(db: Database, steps: number) {
  let left = steps;
  let resolveDied: () => void = () => undefined;
  const died = new Promise<void>((resolve) => (resolveDied = resolve));
  const step = async () => {
    left -= 1;
    if (left > 0) return;
    resolveDied();
    await NEVER;
  };
  // A call and its answer are a step each: a commit may succeed without an answer.
  const mine = new Proxy(db, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        await step();
        const result: unknown = await Reflect.apply(member, target, given);
        await step();
        return result;
      };
    },
  });
  return { db: mine, onTrashed: step, died };
}
