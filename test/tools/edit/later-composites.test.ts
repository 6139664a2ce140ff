import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BatchResult } from '../../../src/render/batch-schemas.ts';
import { ANNA, type TestRooms } from '../../support/rooms/test-rooms.ts';
import { factsOf } from './edited-pictures.ts';
import { lackingComposites, SHAPES, SIZE } from './lacking-composites.ts';

// Composites that fail at first: what is written and shown meanwhile, and what once they are made after all.
const BY_ADOBE = { width: 1152, height: 896 };
let rooms: TestRooms;
let composites: { isBroken: boolean };
let folder: (name: string) => string;
beforeEach(async () => {
  ({ rooms, composites, folder } = await lackingComposites());
});
afterEach(() => rooms[Symbol.asyncDispose]());

const sizeOf = async (path: string) => {
  const { width, height } = await sharp(path).metadata();
  return { width, height };
};

/** What is told of a batch whose files are all written. */
async function settled(batch: string): Promise<BatchResult> {
  for (let polls = 0; polls < 10; polls += 1) {
    const tell = () => rooms.call('job_status', { job: batch, wait_seconds: 40 });
    await tell();
    const { batches } = await rooms.services();
    // The last of its files may have been written since.
    if ((await batches.get(batch, ANNA)).settled) return BatchResult.parse((await tell()).structured);
  }
  throw new Error('the batch did not settle');
}

test(
  'files of a batch speak of the composites as soon as these are made, and say by their names what stands in',
  { tags: 'long' },
  async () => {
    const submitted = await rooms.call('submit_batch', {
      tool: 'fill_image',
      common: { mask_shapes: SHAPES, prompt: 'a lamp' },
      items: ['a', 'b'].map((id) => ({ id, image: `${id}.png` })),
      save_to: 'set',
    });
    const batch = BatchResult.parse(submitted.structured).batch ?? '';
    const before = await settled(batch);
    expect(before.items?.map(({ file }) => file)).toEqual(['a-by-adobe.png', 'b-by-adobe.png']);
    expect(before.items?.[0]?.warnings?.join()).toContain('job_status makes the picture again, free');
    expect(before.next).toMatch(/^2 items could not be put into their pictures .*tries again, free\. Handles: /);
    expect(await sizeOf(join(folder('set'), 'a-by-adobe.png'))).toEqual(BY_ADOBE);
    const manifest = () => readFile(join(folder('set'), 'manifest.csv'), 'utf8');
    expect(await manifest()).toContain('The disk is full.');
    // What cannot be made now is tried once more by each job_status, and costs nothing.
    composites.isBroken = false;
    const after = await settled(batch);
    expect(after.items?.map(({ file, warnings }) => [file, warnings])).toEqual([
      ['a.png', undefined],
      ['b.png', undefined],
    ]);
    expect(after.next).toMatch(/^All pictures are saved\. /);
    expect(after.cost).toEqual(before.cost);
    for (const name of ['a.png', 'b.png']) expect(await sizeOf(join(folder('set'), name))).toEqual(SIZE);
    expect((await readdir(folder('set'))).sort()).toEqual([
      'a-by-adobe.png',
      'a.png',
      'b-by-adobe.png',
      'b.png',
      'manifest.csv',
      'manifest.json',
    ]);
    expect(await manifest()).not.toContain('The disk is full.');
    const made = after.items?.map(({ image }) => image) ?? [];
    expect(made).not.toContain(before.items?.[0]?.image);
    for (const image of made) expect(await manifest()).toContain(image);
    // Numbers of items and `last` mean the composite, and so does a copy.
    for (const [reference, handles] of [
      [`${batch}#1`, [made[0]]],
      [`${batch}#2`, [made[1]]],
      // The second was made last, however shortly after the first.
      ['last', [made[1]]],
    ] as const) {
      const { structured } = await rooms.call('save_image', { image: reference, name: 'copy.png' });
      const [file] = (structured?.['saved'] ?? []) as { image: string; path: string }[];
      expect(handles).toContain(file?.image);
      expect(await sizeOf(file?.path ?? '')).toEqual(SIZE);
    }
    expect(rooms.adobe.submits).toHaveLength(2);
  },
);

test('a batch that is run again makes the composites that it lacks', async () => {
  const items = [{ id: 'a', image: 'a.png', mask_shapes: SHAPES, prompt: 'a lamp' }];
  const submitted = await rooms.call('submit_batch', { tool: 'fill_image', items, save_to: 'again' });
  const batch = BatchResult.parse(submitted.structured).batch ?? '';
  await settled(batch);
  composites.isBroken = false;
  const { batches } = await rooms.services();
  await rooms.clock.run(batches.writeOutput(batch, ANNA));
  expect(await sizeOf(join(folder('again'), 'a.png'))).toEqual(SIZE);
});

test('an interrupted batch makes no composites that it lacks, and writes its files all the same', async () => {
  const items = [{ id: 'a', image: 'a.png', mask_shapes: SHAPES, prompt: 'a lamp' }];
  const submitted = await rooms.call('submit_batch', { tool: 'fill_image', items, save_to: 'stopped' });
  const batch = BatchResult.parse(submitted.structured).batch ?? '';
  await settled(batch);
  composites.isBroken = false;
  const { batches } = await rooms.services();
  await rooms.clock.run(batches.writeOutput(batch, ANNA, { signal: AbortSignal.abort() }));
  expect(await readdir(folder('stopped'))).not.toContain('a.png');
  await rooms.clock.run(batches.writeOutput(batch, ANNA));
  expect(await sizeOf(join(folder('stopped'), 'a.png'))).toEqual(SIZE);
});

test('the sheet of a batch shows the composites once they are made', { tags: 'long' }, async () => {
  const submitted = await rooms.call('submit_batch', {
    tool: 'fill_image',
    items: [{ image: 'a.png', mask_shapes: SHAPES, prompt: 'a lamp' }],
  });
  const batch = BatchResult.parse(submitted.structured).batch ?? '';
  await settled(batch);
  // The picture is blue, and what the stand-in for Adobe paints is black.
  const blueness = async () => {
    const [sheet] = (await rooms.call('job_status', { job: batch })).pictures;
    const { channels } = await sharp(Buffer.from(sheet?.data ?? '', 'base64')).stats();
    return (channels[2]?.mean ?? 0) - (channels[0]?.mean ?? 0);
  };
  expect(await blueness()).toBeLessThan(0.1);
  composites.isBroken = false;
  await settled(batch);
  expect(await blueness()).toBeGreaterThan(0.5);
});

test('save_as has its file under the name that was asked for once the composite is made', async () => {
  const shapes = { image: 'a.png', mask_shapes: SHAPES, prompt: 'a lamp', wait_seconds: 60 };
  const first = factsOf(await rooms.call('fill_image', { ...shapes, save_as: 'room/lamp.png' }));
  expect(first.saved?.map(({ path }) => path)).toEqual([join(folder('room'), 'lamp-by-adobe.png')]);
  composites.isBroken = false;
  const again = factsOf(await rooms.call('job_status', { job: first.job, wait_seconds: 40 }));
  expect(again.saved?.map(({ path, image }) => [path, image])).toEqual([
    [join(folder('room'), 'lamp.png'), again.images?.[0]?.image],
  ]);
  expect(await sizeOf(join(folder('room'), 'lamp.png'))).toEqual(SIZE);
  expect(rooms.adobe.submits).toHaveLength(1);
});
