import { existsSync } from 'node:fs';
import { readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BlobStore } from '../../../src/images/blobs/blob-store.ts';
import { GarbageCollector, GRACE_MS } from '../../../src/images/blobs/garbage-collector.ts';
import { addReferences, dropReferences, oneOwner } from '../../../src/images/blobs/references.ts';
import type { StoredBytes } from '../../../src/images/types.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { VALUES_AT_ONCE } from '../../../src/store/placeholders.ts';
import { fileBlobs } from '../../support/rooms/blobs.ts';
import { ANNA, BEN, TestLibrary } from '../../support/rooms/test-library.ts';
import { plain } from '../pictures.ts';

const red = plain(20, 10).png().toBuffer();
const blue = plain(30, 10).png().toBuffer();

/** @param changes to the blob store that the collector sees */
function collectorOf(home: TestLibrary, changes: Partial<BlobStore> = {}) {
  return new GarbageCollector({ db: home.db, blobs: { ...home.blobs, ...changes }, clock: systemClock });
}

/** The blob store whose deletions stop in the middle, when the file is in the trash. */
function stopping(home: TestLibrary, onTrashed: () => Promise<void>): Partial<BlobStore> {
  const { deleteUnlessUsedSince } = fileBlobs(home.pictures, systemClock, onTrashed);
  return { deleteUnlessUsedSince };
}

/** Sets the time of a file back, to before the grace period by default. */
async function age(home: TestLibrary, image: StoredBytes, ms = GRACE_MS + 5_000) {
  const then = (Date.now() - ms) / 1000;
  await utimes(home.pathOf(image), then, then);
}

const isThere = (home: TestLibrary, image: StoredBytes) => existsSync(home.pathOf(image));
const trashOf = (home: TestLibrary) => readdir(join(home.pictures, 'trash')).catch(() => []);

describe('deleting a picture', () => {
  test('deletes its record, its lineage and its file', async () => {
    await using home = await TestLibrary.open();
    const source = await home.add({}, await red);
    const child = await home.add({ facts: { sources: [source.id] } }, await blue);
    await age(home, source);
    const collector = collectorOf(home);
    expect(await collector.remove([source.id, 'img_nothing'])).toMatchObject({ pictures: 0, unknown: ['img_nothing'] });
    expect(isThere(home, source)).toBe(true);
    expect(await collector.remove([source.id])).toMatchObject({
      pictures: 1,
      freed: { files: 1, bytes: source.bytes },
    });
    await expect(home.library.get(source.id, ANNA)).rejects.toMatchObject({ code: 'unknown_image' });
    expect(isThere(home, source)).toBe(false);
    expect(await home.db.all('SELECT * FROM image_sources')).toEqual([]);
    expect(await home.library.read(child)).toHaveLength(child.bytes);
    expect(await trashOf(home)).toEqual([]);
  });

  test('tells what was made from it, masks that served nothing else, and the job that needs one', async () => {
    await using home = await TestLibrary.open();
    const [source, own, shared] = [
      await home.add(),
      await home.add({ kind: 'mask' }),
      await home.add({ kind: 'mask' }),
    ];
    await home.add({ kind: 'mask', facts: { tool: 'draft', sources: [source.id] } });
    const first = await home.add({ facts: { sources: [source.id], mask: own.id } });
    const second = await home.add({ facts: { sources: [first.id], mask: shared.id } });
    const third = await home.add({ facts: { mask: shared.id } });
    await home.db.transaction((tx) => addReferences(tx, 'job_x', [{ kind: 'image', target: third.id }]));
    const collector = collectorOf(home);
    expect(await collector.remove([source.id], true)).toMatchObject({ derived: [{ id: first.id }], masksLeft: [] });
    const all = [source.id, first.id, second.id, third.id];
    expect(await collector.remove(all, true)).toMatchObject({
      pictures: 3,
      derived: [],
      masksLeft: [own.id],
      kept: [third.id],
      neededBy: ['job_x'],
    });
    const other = await collector.remove([shared.id], true);
    expect(other.derived.map(({ id }) => id).toSorted()).toEqual([second.id, third.id].toSorted());
    expect(await collector.remove([shared.id])).toMatchObject({ pictures: 1, derived: [] });
  });

  test('finds a picture that is named behind more handles than one query takes', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add();
    const unknown = Array.from({ length: VALUES_AT_ONCE }, (_, n) => `img_${n}`);
    expect(await collectorOf(home).remove([...unknown, image.id])).toMatchObject({ unknown });
  });

  test('forgets where it was saved, and leaves the file', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add({}, await red);
    const [there, gone] = [join(home.folder, 'there.png'), join(home.folder, 'gone.png')];
    await writeFile(there, await red);
    for (const path of [there, gone, there]) await home.library.noteSaved(image.id, path);
    expect(await home.library.savedFiles([image.id, 'img_nothing'])).toEqual(new Map([[image.id, [there]]]));
    await collectorOf(home).remove([image.id]);
    expect(await home.db.all('SELECT * FROM saved_files')).toEqual([]);
    expect(existsSync(there)).toBe(true);
  });

  test('keeps a file that another picture shares, also one of another principal', async () => {
    await using home = await TestLibrary.open();
    const mine = await home.add({}, await red);
    const theirs = await home.add({ ...BEN }, await red);
    await age(home, mine);
    const collector = collectorOf(home);
    expect(await collector.remove([mine.id])).toMatchObject({ pictures: 1, freed: { files: 0 } });
    expect(await home.library.read(theirs)).toHaveLength(theirs.bytes);
    // With its last record, the file is deleted.
    expect(await collector.remove([theirs.id])).toMatchObject({ freed: { files: 1 } });
  });

  test('keeps a file that a job or an upload references, until it no longer does', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add({}, await red);
    await age(home, image);
    const collector = collectorOf(home);
    const needed = [{ kind: 'content', target: image.sha256 }] as const;
    await home.db.transaction((tx) => addReferences(tx, 'job_x', needed));
    await home.db.transaction((tx) => addReferences(tx, 'upload y', needed, tx.now + 60_000));
    expect(await collector.remove([image.id])).toMatchObject({ pictures: 1, freed: { files: 0 } });
    expect(isThere(home, image)).toBe(true);
    await home.db.transaction((tx) => dropReferences(tx, oneOwner('job_x')));
    expect(await collector.sweepNoted()).toMatchObject({ files: 0 });
    await home.db.transaction((tx) => addReferences(tx, 'upload y', needed, tx.now - 1));
    expect(await collector.sweep([image.sha256])).toMatchObject({ files: 1 });
    expect(isThere(home, image)).toBe(false);
  });

  test('of this minute keeps the file for a later sweep, as a record may follow', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add({}, await red);
    const collector = collectorOf(home);
    expect(await collector.remove([image.id])).toMatchObject({ pictures: 1, freed: { files: 0 } });
    expect(await collector.sweepNoted()).toMatchObject({ files: 0 });
    await age(home, image);
    expect(await collector.sweepNoted()).toMatchObject({ files: 1 });
    // The note stays for the grace period: another process may be about to write this content.
    expect(await collector.sweepNoted()).toMatchObject({ files: 0 });
    expect(await home.db.all('SELECT * FROM unreferenced_contents')).toHaveLength(1);
    await home.db.run('UPDATE unreferenced_contents SET since = since - ?', [GRACE_MS + 1]);
    await collector.sweepNoted();
    expect(await home.db.all('SELECT * FROM unreferenced_contents')).toEqual([]);
  });
});

describe('deleting by size', () => {
  test('keeps a content for which a reference has not lapsed, and deletes it afterwards', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add({}, await red);
    await age(home, image);
    const collector = collectorOf(home);
    const rule = { before: image.createdAt + 1, limit: 0 };
    const lapsing = (ms: number) =>
      home.db.transaction((tx) =>
        addReferences(tx, 'upload', [{ kind: 'content', target: image.sha256 }], tx.now + ms),
      );
    await lapsing(60_000);
    expect(await collector.deleteOldest(rule)).toMatchObject({ pictures: 0 });
    await lapsing(-1);
    expect(await collector.deleteOldest(rule)).toMatchObject({ pictures: 1, freed: { files: 1 } });
  });
});

describe('deleting by age', () => {
  test('deletes only older pictures', async () => {
    await using home = await TestLibrary.open();
    const old = await home.add({}, await red);
    await home.db.run('UPDATE images SET created_at = created_at - 10000 WHERE id = ?', [old.id]);
    const young = await home.add({}, await blue);
    await age(home, old);
    await age(home, young);
    const collector = collectorOf(home);
    const before = young.createdAt - 5_000;
    expect(await collector.deleteOldest({ before, dryRun: true })).toMatchObject({ pictures: 1, freed: { files: 0 } });
    expect(isThere(home, old)).toBe(true);
    expect(await collector.deleteOldest({ before })).toMatchObject({ pictures: 1, freed: { files: 1 } });
    expect(isThere(home, young)).toBe(true);
    expect(await collector.deleteOldest({ before })).toMatchObject({ pictures: 0 });
  });
});

describe('a content that is saved while its file is collected', () => {
  test('is touched where its file still exists, and stays', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add({}, await red);
    await age(home, image);
    // The save ends between the deletion of the record and the sweep of the file; its record follows later.
    const saving = { done: undefined as StoredBytes | undefined };
    const deleteUnlessUsedSince: BlobStore['deleteUnlessUsedSince'] = async (...given) => {
      saving.done ??= await home.store(await red);
      return home.blobs.deleteUnlessUsedSince(...given);
    };
    await collectorOf(home, { deleteUnlessUsedSince }).remove([image.id]);
    expect(saving.done?.sha256).toBe(image.sha256);
    expect(isThere(home, image)).toBe(true);
    const again = await home.add({}, await red);
    expect(await home.library.read(again)).toHaveLength(again.bytes);
  });

  test('is restored where its file was touched just before it was moved to the trash', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add({}, await red);
    await age(home, image);
    // As a save would just before the move; the collector sees the time of the file when it is in the trash.
    const onTrashed = async () => {
      const [name = ''] = await trashOf(home);
      await utimes(join(home.pictures, 'trash', name), new Date(), new Date());
    };
    expect(await collectorOf(home, stopping(home, onTrashed)).remove([image.id])).toMatchObject({
      freed: { files: 0 },
    });
    expect(isThere(home, image)).toBe(true);
    expect(await trashOf(home)).toEqual([]);
  });

  test('is written again where its file is in the trash already', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add({}, await red);
    await age(home, image);
    let again: StoredBytes | undefined;
    const onTrashed = async () => void (again = await home.add({}, await red));
    await collectorOf(home, stopping(home, onTrashed)).remove([image.id]);
    expect(await home.library.read(again ?? image)).toHaveLength(image.bytes);
    expect(await trashOf(home)).toEqual([]);
  });

  test('forty times at once with its deletion never leaves a record without its file', async () => {
    await using home = await TestLibrary.open();
    const bytes = await red;
    const collector = collectorOf(home);
    for (let round = 0; round < 40; round += 1) {
      const image = await home.add({}, bytes);
      await age(home, image);
      const [, kept] = await Promise.all([collector.remove([image.id]), home.add({}, bytes), collector.sweepNoted()]);
      expect(await home.library.read(kept)).toHaveLength(kept.bytes);
      await home.db.run('DELETE FROM images');
    }
  });
});

describe('a crash', () => {
  test('between record and file leaves the file for the next sweep', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add({}, await red);
    await age(home, image);
    const dies = () => Promise.reject(new Error('killed'));
    await expect(collectorOf(home, { deleteUnlessUsedSince: dies }).remove([image.id])).rejects.toThrow('killed');
    expect(await home.db.all('SELECT id FROM images')).toEqual([]);
    expect(isThere(home, image)).toBe(true);
    expect(await collectorOf(home).sweepNoted()).toMatchObject({ files: 1 });
    expect(isThere(home, image)).toBe(false);
  });

  test('with files in the trash loses none: they are restored, and swept again if unreferenced', async () => {
    await using home = await TestLibrary.open();
    const recorded = await home.add({}, await red);
    const unrecorded = await home.store(await blue);
    await age(home, recorded);
    await age(home, unrecorded);
    const dies = () => Promise.reject(new Error('killed'));
    await expect(collectorOf(home, stopping(home, dies)).sweepAll(false)).rejects.toThrow('killed');
    expect(await trashOf(home)).toHaveLength(1);
    await rename(home.pathOf(recorded), join(home.pictures, 'trash', `${recorded.sha256}.png`));
    await home.blobs.repair();
    expect(await collectorOf(home).sweepAll(false)).toMatchObject({ files: 1 });
    expect(await home.library.read(recorded)).toHaveLength(recorded.bytes);
    expect(await trashOf(home)).toEqual([]);
  });
});

describe('a file that the database does not know', () => {
  test('is not swept by itself, as the database may be new or restored from a backup', async () => {
    await using home = await TestLibrary.open();
    const image = await home.add({}, await red);
    await age(home, image);
    await home.db.run('DELETE FROM images');
    expect(await collectorOf(home).sweepNoted()).toMatchObject({ files: 0 });
    expect(isThere(home, image)).toBe(true);
  });

  test('is deleted by order unless it is young or recorded; a dry run only counts', async () => {
    await using home = await TestLibrary.open();
    const orphan = await home.store(await red);
    const recorded = await home.add({}, await blue);
    const young = await home.store(await plain(40, 10).png().toBuffer());
    await age(home, orphan);
    await age(home, recorded);
    const collector = collectorOf(home);
    expect(await collector.sweepAll(true)).toEqual({ files: 1, bytes: orphan.bytes });
    expect(isThere(home, orphan)).toBe(true);
    expect(await collector.sweepAll(false)).toEqual({ files: 1, bytes: orphan.bytes });
    expect([orphan, recorded, young].map((image) => isThere(home, image))).toEqual([false, true, true]);
  });
});
