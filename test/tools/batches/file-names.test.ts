import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { itemNames } from '../../../src/tools/batches/items/item-names.ts';
import { JobResult } from '../../../src/render/schemas.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open();
});
afterAll(() => rooms[Symbol.asyncDispose]());

const out = (...names: readonly string[]) => join(rooms.settings.outputFolder, ...names);
const items = (...prompts: readonly string[]) =>
  prompts.map((prompt, index) => ({
    place: index + 1,
    where: `item ${index + 1}`,
    id: undefined,
    arguments: { prompt },
    count: 1,
  }));

async function settled(batch: unknown) {
  for (let polls = 0; polls < 10; polls += 1) {
    await rooms.call('job_status', { job: batch, wait_seconds: 60 });
    const { batches } = await rooms.services();
    if ((await batches.get(String(batch), ANNA)).settled) return;
  }
  throw new Error('the batch did not settle');
}

test('{n} is the place in the batch, and what tells names apart goes before the ending', () => {
  expect(itemNames(items('a', 'b', 'c'), 'advent-{n}.jpg')).toEqual(['advent-1.jpg', 'advent-2.jpg', 'advent-3.jpg']);
  expect(itemNames(items('a', 'b'), 'advent.jpg')).toEqual(['advent-0001.jpg', 'advent-0002.jpg']);
  const ten = itemNames(items(...Array.from('abcdefghij')), 'guest-{n}.jpg');
  expect([ten[0], ten[8], ten[9]]).toEqual(['guest-01.jpg', 'guest-09.jpg', 'guest-10.jpg']);
  const [first, second] = items('a', 'b');
  const two = [{ ...first!, count: 2 }, second!];
  expect(itemNames(two, 'x-{n}.webp 500x')).toEqual(['x-1-{n}.webp 500x', 'x-2.webp 500x']);
  expect(itemNames(items('a', 'b'), 'a.png b.png 10x10')).toEqual(['a.png b-0001.png 10x10', 'a.png b-0002.png 10x10']);
});

test('a name of an item decides only its own file, and an ending within the name of a picture decides nothing', () => {
  const [first, second] = items('a', 'b');
  expect(itemNames([{ ...first!, saveAs: 'hero.png 10x10' }, second!], '{item}')).toEqual(['hero.png 10x10', '0002']);
  const picture = { ...first!, arguments: { image: 'a.jpg 10x10.png.webp' } };
  expect(itemNames([picture], '{file}')).toEqual(['a-jpg 10x10']);
  const clip = { ...first!, arguments: { image: 'clip.mp4 at noon.png' } };
  expect(itemNames([clip], '{file}')).toEqual(['clip-mp4 at noon']);
});

test('the files of a batch have name, ending and size as asked, told before and after', { tags: 'long' }, async () => {
  const given = {
    prompts: ['gingerbread', 'stollen'],
    common: { aspect_ratio: '9:16' },
    name: 'advent-{n}.jpg 90x160',
    save_to: 'advent',
  };
  const before = await rooms.call('submit_batch', { ...given, dry_run: true });
  expect(before.text).toContain(`saved in ${out('advent')}`);
  expect(before.text).toContain('→ advent-1.jpg 90x160');
  await expect(readdir(out('advent'))).rejects.toThrow('ENOENT');
  const { structured, text } = await rooms.call('submit_batch', given);
  expect(text).toContain('→ advent-1.jpg 90x160');
  await settled(structured?.['batch']);
  const files = await readdir(out('advent'));
  expect(files.filter((name) => name.startsWith('advent')).sort()).toEqual(['advent-1.jpg', 'advent-2.jpg']);
  expect(await sharp(out('advent', 'advent-2.jpg')).metadata()).toMatchObject({
    format: 'jpeg',
    width: 90,
    height: 160,
  });
  expect(await readFile(out('advent', 'manifest.csv'), 'utf8')).toContain('advent-2.jpg');
});

test('an item has a file of its own by save_as, all in one folder', { tags: 'long' }, async () => {
  const { structured } = await rooms.call('submit_batch', {
    items: [
      { prompt: 'a bee', save_as: 'shop/square.jpg 100x100' },
      { prompt: 'a bee', save_as: 'shop/wide.png' },
    ],
  });
  await settled(structured?.['batch']);
  expect(await sharp(out('shop', 'square.jpg')).metadata()).toMatchObject({ width: 100, height: 100 });
  expect(await sharp(out('shop', 'wide.png')).metadata()).toMatchObject({ format: 'png' });
});

test.each([
  [
    {
      items: [
        { prompt: 'a', save_as: 'x/a.png' },
        { prompt: 'b', save_as: 'y/b.png' },
      ],
    },
    'different folders',
  ],
  [{ prompts: ['a'], name: '{nobody}.png' }, 'unknown token'],
  [{ prompts: ['a'], name: 'guest-{n:02}.jpg' }, '01 to 10 in a list or batch of ten'],
  [{ prompts: ['a'], name: 'a.jpg 0x0' }, '"0x0" is no size'],
  [{ prompts: ['a'], common: { save_as: 7 } }, 'save_as is a text'],
  [{ tool: 'generate_video', prompts: ['a'], name: 'a.jpg 10x10' }, 'A video is saved as it is'],
])('refuses %j before anything is spent', async (given, words) => {
  const sent = rooms.adobe.bodies.length;
  const answer = await rooms.call('submit_batch', given).catch((error: unknown) => error);
  expect(answer).toBeInstanceOf(Problem);
  expect(answer instanceof Problem && `${answer.message} ${answer.next}`).toContain(words);
  expect(rooms.adobe.bodies).toHaveLength(sent);
});

test('{n} is the place in a list of pictures that is saved', async () => {
  const handles: string[] = [];
  for (const prompt of ['one', 'two']) {
    rooms.pictures.push(await tile(handles.length));
    const { structured } = await rooms.call('generate_image', { prompt, wait_seconds: 60 });
    handles.push(...(JobResult.parse(structured).images ?? []).map(({ image }) => image));
  }
  const { structured } = await rooms.call('save_image', { images: handles, name: 'list/advent-{n}.jpg' });
  expect(structured?.['saved']).toMatchObject([1, 2].map((n) => ({ path: out('list', `advent-${n}.jpg`) })));
  const ten = { images: Array.from({ length: 10 }, () => handles[0]), name: 'ten/{n}.png' };
  const { saved } = (await rooms.call('save_image', ten)).structured as { saved: readonly { path: string }[] };
  expect([saved[0], saved[9]]).toMatchObject([{ path: out('ten', '01.png') }, { path: out('ten', '10.png') }]);
});

function tile(number: number): Promise<Buffer> {
  return sharp({ create: { width: 8, height: 8, channels: 3, background: { r: number * 90, g: 9, b: 9 } } })
    .png()
    .toBuffer();
}
