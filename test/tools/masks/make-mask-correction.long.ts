/** @module-tag long */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../architecture/source-files.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import { maskOf } from '../edit/edited-pictures.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open();
  await rooms.file('portrait.png', readFileSync(join(ROOT, 'examples/portrait.png')));
});
afterAll(() => rooms[Symbol.asyncDispose]());

const SIDE = 512;
/** A rough outline of the flag on the left, in percent. */
const FLAG = {
  shape: 'polygon',
  points: [
    [0, 0],
    [9, 0],
    [11, 10],
    [14, 20],
    [18, 38],
    [19, 42],
    [13, 46],
    [10, 52],
    [8, 60],
    [5, 72],
    [4, 80],
    [5, 88],
    [6, 100],
    [0, 100],
  ],
};
/** A point of the sleeve that the fit takes along, percent. */
const SLEEVE = [6.5, 66] as const;

/** A mask's text and grey values. */
async function made(input: object) {
  const result = await rooms.call('make_mask', { image: 'portrait.png', ...input });
  const { images } = await rooms.services();
  const bytes = await images.read(await images.get(maskOf(result), ANNA));
  const values = new Uint8Array(await sharp(bytes).toColourspace('b-w').raw().toBuffer());
  return { id: maskOf(result), text: result.text, values };
}

/** Which pixels differ, and how far the farthest is from a point, pixels. */
function changes(before: Uint8Array, after: Uint8Array, [x, y]: readonly [number, number]) {
  const changed = [...before.keys()].filter((pixel) => before[pixel] !== after[pixel]);
  const [left, top] = [(x * SIDE) / 100, (y * SIDE) / 100];
  const away = changed.map((pixel) => Math.hypot((pixel % SIDE) - left, Math.floor(pixel / SIDE) - top));
  return { count: changed.length, farthest: Math.max(0, ...away) };
}

describe('a point that corrects an earlier mask', () => {
  test.each([
    [{ for: 'remove' }, 'grown by 4 px and softened over 1 px'],
    [{ grow: 10, feather: 6 }, 'grown by 10 px and softened over 6 px'],
    [{}, undefined],
  ])('leaves its outline far from the point as it was, to the byte, grown or not: %j', async (edge, told) => {
    const before = await made({ shapes: [FLAG], fit: true, ...edge });
    const after = await made({ from: before.id, stays: [SLEEVE] });
    const { count, farthest } = changes(before.values, after.values, SLEEVE);
    expect(count).toBeGreaterThan(0);
    expect(farthest).toBeLessThan(20);
    expect(after.values[at(SLEEVE)]).toBeLessThan(128);
    expect(after.text).toContain('under 0.1 % of the picture left it');
    expect(after.text).toContain(
      told === undefined ? 'left it; the rest is as in from.' : `the new edge is ${told}, as that of from is`,
    );
  });

  test('takes a part in that was missing, with the growth of the mask', async () => {
    const edge = { for: 'remove' };
    const missing = [13, 22] as const;
    const points = { belongs: [missing] };
    const before = await made({ shapes: [FLAG], fit: true, ...edge });
    const after = await made({ from: before.id, ...points });
    expect(after.values[at(missing)]).toBe(255);
    // The growth of what was there is not lost, nor does another part open: all that opened hangs together with the point.
    expect(before.values.every((value, pixel) => (after.values[pixel] ?? 0) >= value)).toBe(true);
    expect(after.text).toContain('the new edge is grown by 4 px and softened over 1 px, as that of from is');
  });
});

/** The pixel of a point. */
function at([x, y]: readonly [number, number]): number {
  return Math.floor((y * SIDE) / 100) * SIDE + Math.floor((x * SIDE) / 100);
}
