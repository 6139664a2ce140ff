import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rendered } from '../../src/render/rendered.ts';
import { JobResult } from '../../src/render/schemas.ts';
import { plain } from '../images/pictures.ts';
import { labelsOf } from '../images/sheet-labels.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open();
});
afterAll(() => rooms[Symbol.asyncDispose]());

const RED = { r: 200, g: 30, b: 30 };

/** Four variations, the third of them red. */
async function four(): Promise<{ made: Rendered; job: string; images: readonly string[] }> {
  for (let n = 1; n <= 4; n += 1) {
    const picture = n === 3 ? sharp({ create: { width: 600, height: 400, channels: 3, background: RED } }) : undefined;
    rooms.pictures.push(await (picture ?? plain(600, 400)).jpeg().toBuffer());
  }
  const made = await rooms.finished({ prompt: 'four teapots', count: 4, new_job: true });
  const { job = '', images = [] } = JobResult.parse(made.structured);
  return { made, job, images: images.map(({ image }) => image) };
}

function bytesOf({ pictures }: Rendered): Buffer {
  expect(pictures).toHaveLength(1);
  return Buffer.from(pictures[0]?.data ?? '', 'base64');
}

/** Whether the middle of a cell of a sheet in two columns is red. */
async function isRedIn(sheet: Buffer, column: number, row: number): Promise<boolean> {
  const { data, info } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true });
  const side = info.width / 2;
  const at = (Math.round((row + 0.5) * side) * info.width + Math.round((column + 0.5) * side)) * 3;
  return (data[at] ?? 0) > 150 && (data[at + 1] ?? 255) < 90;
}

describe('several variations of one call', () => {
  test('come as one sheet, each with its number in the job, within the bytes of one preview', async () => {
    const { made } = await four();
    const sheet = bytesOf(made);
    expect(await labelsOf(sheet, 2, 2)).toEqual([1, 2, 3, 4]);
    expect([await isRedIn(sheet, 0, 1), await isRedIn(sheet, 1, 1)]).toEqual([true, false]);
    expect(sheet.toString('base64').length).toBeLessThanOrEqual(100_000);
    expect(made.text).toContain('Note: The preview is one sheet; its numbers are those after #.');
  });

  test(
    'keep their numbers when one is deleted, and on every sheet on which they are shown',
    { tags: 'long' },
    async () => {
      const { job, images } = await four();
      const again = { images: [`${job}#4`, String(images[1])] };
      const shown = await rooms.call('show_images', again);
      expect(await labelsOf(bytesOf(shown), 2, 1)).toEqual([4, 2]);
      expect(shown.text).toContain(`numbered in their upper left corners as in ${job}:`);
      expect(shown.text).toContain(`\n2: ${images[1]} (${job}#2)`);
      await rooms.call('delete_images', { images: [images[0]], confirm: true });
      expect(await labelsOf(bytesOf(await rooms.call('job_status', { job })), 2, 2)).toEqual([2, 3, 4, undefined]);
    },
  );

  test('beside pictures of other jobs have letters, which are no number of either job', async () => {
    const { job } = await four();
    const { job: other } = await four();
    const { text, pictures } = await rooms.call('show_images', { images: [`${job}#3`, `${other}#3`] });
    expect(await labelsOf(bytesOf({ pictures } as Rendered), 2, 1)).toEqual(['A', 'B']);
    expect(text).toContain('lettered in their upper left corners:');
    expect(text).toContain(`(${other}#3)`);
  });

  test('beside the original keep their numbers, and the original has a letter', async () => {
    const { job } = await four();
    await rooms.file('photo.png', await plain(60, 40).png().toBuffer());
    const shown = await rooms.call('show_images', { images: ['photo.png', `${job}#1`, `${job}#2`] });
    expect(await labelsOf(bytesOf(shown), 2, 2)).toEqual(['A', 1, 2, undefined]);
    expect(shown.text).toContain(`numbered in their upper left corners as in ${job}, the others with letters:`);
    expect(shown.text).toMatch(/^A: img_\w+, import, "photo.png"/m);
  });

  test('one of which cannot be shown: the others keep their numbers, and a note says why', async () => {
    const whole = await plain(60, 40).jpeg().toBuffer();
    rooms.pictures.push(whole, await spoilt(), whole);
    const made = await rooms.finished({ prompt: 'three teapots', count: 3, new_job: true });
    const { images = [] } = JobResult.parse(made.structured);
    expect(await labelsOf(bytesOf(made), 2, 1)).toEqual([1, 3]);
    expect(made.text).toContain(`Note: ${images[1]?.image} is stored, but cannot be shown here: `);
  });

  test('none of which is to be shown bring no sheet and no word about one', async () => {
    rooms.settings = { ...rooms.settings, preview: 'none' };
    const { made } = await four();
    rooms.settings = { ...rooms.settings, preview: 'thumb' };
    expect(made.pictures).toEqual([]);
    expect(made.text).not.toContain('sheet');
  });
});

/** A PNG whose header and end are whole, and whose pixels cannot be read. */
async function spoilt(): Promise<Buffer> {
  const png = await plain(60, 40).png().toBuffer();
  const at = png.indexOf('IDAT') + 4;
  return Buffer.concat([png.subarray(0, at), Buffer.alloc(10), png.subarray(at + 10)]);
}
