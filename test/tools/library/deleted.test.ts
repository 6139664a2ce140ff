import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { imageMigrations } from '../../../src/images/library/schema.ts';
import { jobMigrations } from '../../../src/jobs/store/schema.ts';
import { Retention } from '../../../src/maintenance/retention.ts';
import { resources } from '../../../src/resources/registry.ts';
import { Problem, toProblemRecord } from '../../../src/shared/errors.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { openStore } from '../../../src/store/open.ts';
import { fileBlobs } from '../../support/rooms/blobs.ts';
import { ANNA, BEN, TestRooms } from '../../support/rooms/test-rooms.ts';

const ALL = { shape: 'rectangle', x: 0, y: 0, width: 100, height: 100 };
const NEVER = `img_${'0'.repeat(26)}`;

/** Deletes as `firefly-mcp clean --image` does, from another process. */
async function remove(rooms: TestRooms, id: string): Promise<void> {
  const common = { clock: rooms.clock, random: systemRandom, logger: silentLogger };
  const path = join(rooms.folder, 'store.sqlite');
  const db = await openStore({ path, migrations: [imageMigrations, jobMigrations], ...common });
  // File times are the machine's own, and Adobe's upload of it may have to be kept for now.
  const clock = { ...systemClock, now: () => Date.now() + 120_000 };
  await db.run('DELETE FROM uploads');
  await db.run(`DELETE FROM content_references WHERE needed_by LIKE 'upload %'`);
  const gone = await new Retention({
    db,
    blobs: fileBlobs(join(rooms.folder, 'pictures'), clock),
    clock,
  }).collector.remove([id]);
  expect(gone).toMatchObject({ pictures: 1, freed: { files: 1 } });
  await db.close();
}

async function madeOne(rooms: TestRooms, prompt: string) {
  const { structured = {} } = await rooms.finished({ prompt });
  const [image] = structured['images'] as { image: string; path: string }[];
  return { job: String(structured['job']), image };
}

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (error: unknown) => (error instanceof Problem ? toProblemRecord(error) : error),
  );

async function read(rooms: TestRooms, id: string, part: string, caller = ANNA) {
  const found = resources.find(
    (each) => each.kind === 'template' && each.uriTemplate === `firefly://images/{id}${part}`,
  );
  if (found?.kind !== 'template') throw new Error('no such resource');
  return found.read(id, rooms.toolCall(caller));
}

test('a deleted picture is gone everywhere, and answers like one that never was', async () => {
  await using rooms = await TestRooms.open();
  const make = async (prompt: string) => {
    const { job, image } = await madeOne(rooms, prompt);
    return { id: image?.image ?? '', path: image?.path ?? '', job };
  };
  const [kept, doomed] = [await make('a hare'), await make('an owl')];
  await remove(rooms, doomed.id);
  expect([kept, doomed].map(({ path }) => existsSync(path))).toEqual([true, false]);

  for (const caller of [ANNA, BEN]) {
    for (const [tool, input] of [
      ['show_images', (image: string) => ({ image })],
      ['save_image', (image: string) => ({ images: [image] })],
      ['expand_image', (image: string) => ({ image, aspect_ratio: '16:9' })],
      ['make_mask', (image: string) => ({ image, shapes: [ALL] })],
    ] as const) {
      const gone = await problemOf(rooms.call(tool, input(doomed.id), caller));
      expect(gone, tool).toMatchObject({ code: 'unknown_image' });
      expect(gone, tool).toEqual(await problemOf(rooms.call(tool, input(NEVER), caller)));
    }
    for (const part of ['', '/preview']) {
      const gone = await problemOf(read(rooms, doomed.id, part, caller));
      expect(gone).toMatchObject({ code: 'unknown_image' });
      expect(gone).toEqual(await problemOf(read(rooms, NEVER, part, caller)));
    }
  }
  // Another person's living picture is as unknown.
  expect(await problemOf(rooms.call('show_images', { image: kept.id }, BEN))).toEqual(
    await problemOf(rooms.call('show_images', { image: doomed.id }, BEN)),
  );
  expect((await rooms.call('list_images', {})).structured?.['images']).toMatchObject([{ image: kept.id }]);
  expect((await rooms.call('show_images', {})).text).toContain(kept.id);
  expect(await problemOf(rooms.call('show_images', { image: `${doomed.job}#1` }))).toMatchObject({
    code: 'unknown_image',
  });

  const { structured, text, isError } = await rooms.call('job_status', { job: doomed.job });
  expect({ isError, structured }).toMatchObject({
    isError: false,
    structured: { state: 'succeeded', cost: { operations: 1, requests: 1 } },
  });
  expect(structured?.['images']).toEqual([]);
  expect(text).toContain('deleted since');
  expect(text).not.toContain(doomed.id);
});

test(
  'a picture that was made from a deleted one stays, and its lineage says that the source no longer exists',
  { tags: 'long' },
  async () => {
    await using rooms = await TestRooms.open();
    const { image: source } = await madeOne(rooms, 'a hare');
    const mask = await rooms.call('make_mask', {
      image: source?.image,
      shapes: [ALL],
    });
    const id = mask.structured?.['mask'];
    expect((await rooms.call('show_images', { image: id })).text).toContain(source?.image);
    await remove(rooms, source?.image ?? '');
    expect((await rooms.call('show_images', { image: id })).text).toContain(`${source?.image}, which no longer exists`);
    expect((await rooms.call('list_images', {})).structured?.['images']).toMatchObject([{ image: id }]);
  },
);
