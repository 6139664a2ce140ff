import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ImageRecord } from '../../../src/images/types.ts';
import { BatchResult } from '../../../src/render/batch-schemas.ts';
import { ANNA, type TestRooms } from '../../support/rooms/test-rooms.ts';
import { factsOf } from './edited-pictures.ts';
import { lackingComposites, SHAPES, SIZE } from './lacking-composites.ts';

// Files hold what Adobe painted where a composite is missing. Here it is made at the very moment at which they are written.
let rooms: TestRooms;
let composites: { isBroken: boolean };
let folder: (name: string) => string;
beforeEach(async () => {
  ({ rooms, composites, folder } = await lackingComposites());
});
afterEach(() => rooms[Symbol.asyncDispose]());

/** Does something whenever the content of a picture is about to be copied to a file. */
async function whenCopied(act: (image: ImageRecord) => Promise<unknown>): Promise<void> {
  const { images } = await rooms.services();
  const open = images.open.bind(images);
  images.open = async function* opened(image, range) {
    await act(image as ImageRecord);
    yield* open(image, range);
  };
}

/** Makes the composite of a picture's job once. */
async function makeNow({ job = '' }: ImageRecord): Promise<void> {
  if (!composites.isBroken) return;
  composites.isBroken = false;
  await (await rooms.services()).jobs.finishEdit(job, ANNA);
}

test('a composite that is made while a batch writes what Adobe painted in its place has its file in the end', async () => {
  await whenCopied(makeNow);
  const items = [{ id: 'a', image: 'a.png', mask_shapes: SHAPES, prompt: 'a lamp' }];
  const submitted = await rooms.call('submit_batch', { tool: 'fill_image', items, save_to: 'set' });
  const batch = BatchResult.parse(submitted.structured).batch ?? '';
  const { batches } = await rooms.services();
  for (let seconds = 0; seconds < 1_200 && !(await batches.get(batch, ANNA)).settled; seconds += 2) {
    await rooms.clock.pass(2_000);
  }
  expect((await readdir(folder('set'))).sort()).toEqual(['a-by-adobe.png', 'a.png', 'manifest.csv', 'manifest.json']);
  const told = BatchResult.parse((await rooms.call('job_status', { job: batch })).structured);
  expect(told.items?.map(({ file, warnings }) => [file, warnings])).toEqual([['a.png', undefined]]);
  expect(await sharp(join(folder('set'), 'a.png')).metadata()).toMatchObject(SIZE);
});

test('a composite that is made while save_as writes what Adobe painted in its place has its file in the end', async () => {
  await whenCopied(makeNow);
  const shapes = { image: 'a.png', mask_shapes: SHAPES, prompt: 'a lamp', wait_seconds: 60, save_as: 'room/lamp.png' };
  const { job, images, saved } = factsOf(await rooms.call('fill_image', shapes));
  const told = saved ?? factsOf(await rooms.call('job_status', { job, wait_seconds: 40 })).saved;
  expect(told?.map(({ path, image }) => [path, image])).toEqual([
    [join(folder('room'), 'lamp.png'), images?.[0]?.image],
  ]);
  expect(await sharp(join(folder('room'), 'lamp.png')).metadata()).toMatchObject(SIZE);
});

test('files of save_as are written by one of those who find them due, however long that takes', async () => {
  composites.isBroken = false;
  let copies = 0;
  await whenCopied(async () => {
    copies += 1;
    // Meanwhile the process looks several times for files that are due.
    await rooms.clock.sleep(3_000);
  });
  const shapes = { image: 'a.png', mask_shapes: SHAPES, prompt: 'a lamp', wait_seconds: 60, save_as: 'room/lamp.png' };
  const { saved } = factsOf(await rooms.call('fill_image', shapes));
  expect(saved?.map(({ path }) => path)).toEqual([join(folder('room'), 'lamp.png')]);
  expect(copies).toBe(1);
});
