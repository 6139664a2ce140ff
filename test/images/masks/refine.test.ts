import { describe, expect, test } from 'vitest';
import { invert, unite } from '../../../src/images/masks/combine.ts';
import { composeMask } from '../../../src/images/masks/compose.ts';
import { feather } from '../../../src/images/masks/feather.ts';
import { grow } from '../../../src/images/masks/grow.ts';
import { closedMask } from '../../../src/images/masks/mask.ts';
import { maskFromLuminance, maskFromTransparency } from '../../../src/images/masks/sources.ts';
import { area, draw, fromAscii, lines, never, toAscii } from './ascii.ts';

const DOT = fromAscii(`
  .........
  .........
  .........
  .........
  ....#....
  .........
  .........
  .........
  .........`);

describe('grow', () => {
  test('a pixel becomes a disc', async () => {
    expect(toAscii(await grow(DOT, 3, never))).toMatchInlineSnapshot(`
      ".........
      ..-+#+-..
      .-#####-.
      .+#####+.
      .#######.
      .+#####+.
      .-#####-.
      ..-+#+-..
      ........."
    `);
  });

  test('level edges move by exactly so many pixels', async () => {
    const picture = { width: 100, height: 80 };
    const grown = await grow(
      await draw([{ shape: 'rectangle', x: 40, y: 30, width: 20, height: 10, unit: 'pixels' }], picture),
      20,
      never,
    );
    const row = grown.data.subarray(35 * 100, 36 * 100);
    expect([row.indexOf(255), row.lastIndexOf(255), row.findIndex((value) => value > 0)]).toEqual([20, 79, 20]);
    const column = Array.from({ length: 80 }, (_, y) => grown.data[y * 100 + 50]);
    expect([column.indexOf(255), column.lastIndexOf(255)]).toEqual([10, 59]);
  });

  test('shrinking takes as much away, but not from the edge of the picture', async () => {
    const half = await draw([{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 }], { width: 20, height: 6 });
    expect(toAscii(await grow(half, -4, never))).toBe(Array(6).fill('######..............').join('\n'));
  });

  test('every distance is the true one', async () => {
    const size = { width: 37, height: 29 };
    const seeds = [
      [3, 4],
      [20, 20],
      [21, 3],
      [36, 28],
      [0, 15],
    ] as const;
    const mask = closedMask(size);
    for (const [x, y] of seeds) mask.data[y * size.width + x] = 255;
    const radius = 7;
    const grown = await grow(mask, radius, never);
    const expected = Array.from(grown.data, (_, i) => {
      const [x, y] = [i % size.width, Math.floor(i / size.width)];
      const distance = Math.min(...seeds.map(([sx, sy]) => Math.hypot(x - sx, y - sy)));
      return Math.round(255 * Math.min(Math.max(radius + 1 - distance, 0), 1));
    });
    expect([...grown.data]).toEqual(expected);
  });

  test('nothing grows out of nothing, and all stays all', async () => {
    const closed = closedMask({ width: 9, height: 7 });
    const open = await invert(closed, never);
    expect(await grow(closed, 50, never)).toEqual(closed);
    expect(await grow(open, -50, never)).toEqual(open);
    expect(await grow(closed, -3, never)).toEqual(closed);
    expect(await grow(open, 3, never)).toEqual(open);
  });
});

describe('feather', () => {
  test('reaches as far as it says, and no farther', async () => {
    const edge = await draw([{ shape: 'rectangle', x: 50, y: 0, width: 50, height: 100 }], { width: 60, height: 5 });
    const soft = await feather(edge, 10, never);
    const row = [...soft.data.subarray(120, 180)];
    expect(row.findIndex((value) => value > 0)).toBeGreaterThanOrEqual(20);
    expect(row.indexOf(255)).toBeLessThanOrEqual(40);
    expect(row.toSorted((a, b) => a - b)).toEqual(row);
    // The same from both sides: the contour stays where it was.
    for (let i = 0; i < 30; i++) expect(Math.abs((row[i] ?? 0) + (row[59 - i] ?? 0) - 255)).toBeLessThanOrEqual(2);
    expect(row.filter((value) => value > 0 && value < 255).length).toBeGreaterThan(10);
  });

  test('up and down as to the sides', async () => {
    const size = 41;
    const square = await draw([{ shape: 'rectangle', x: 30, y: 30, width: 40, height: 40 }], {
      width: size,
      height: size,
    });
    const { data } = await feather(square, 7, never);
    const turned = data.map((_, i) => data[(i % size) * size + Math.floor(i / size)] ?? 0);
    const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - (turned[i] ?? 0))), 0);
    expect(worst).toBeLessThanOrEqual(2);
  });

  test('an area that touches the edge of the picture stays open there', async () => {
    const half = await draw([{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 }], { width: 80, height: 30 });
    const soft = await feather(half, 12, never);
    expect([soft.data[0], soft.data[29 * 80]]).toEqual([255, 255]);
  });

  test.each([1, 2, 3, 1000])('feather %i of a tiny mask', async (pixels) => {
    const soft = await feather(DOT, pixels, never);
    expect(soft).toMatchObject({ width: 9, height: 9 });
    expect(soft.data[40]).toBeLessThan(255);
  });
});

describe('sources', () => {
  const plane = { width: 3, height: 1, data: Uint8Array.of(0, 100, 255) };

  test('transparent opens', async () => {
    const mask = await maskFromTransparency(plane, { width: 3, height: 1 }, never);
    expect([...mask.data]).toEqual([255, 155, 0]);
  });

  test('an opaque picture has no mask to give', async () => {
    const opaque = { width: 2, height: 1, data: Uint8Array.of(255, 255) };
    await expect(maskFromTransparency(opaque, opaque, never)).rejects.toMatchObject({ code: 'no_transparency' });
  });

  test('white opens, and the size must be right', () => {
    expect(maskFromLuminance(plane, { width: 3, height: 1 })).toBe(plane);
    expect(() => maskFromLuminance(plane, { width: 1, height: 3 })).toThrow(
      expect.objectContaining({ code: 'mask_size', message: 'The mask has 3x1 pixels, the picture 1x3.' }),
    );
  });

  test('masks of different sizes are not united', async () => {
    await expect(unite(plane, closedMask({ width: 3, height: 2 }), never)).rejects.toMatchObject({ code: 'mask_size' });
  });
});

describe('compose', () => {
  const picture = { width: 20, height: 10 };
  const left = { shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 } as const;

  test('union, then invert, then grow, then feather', async () => {
    const mask = await draw([{ shape: 'rectangle', x: 50, y: 0, width: 25, height: 100 }], picture);
    const united = await composeMask({ picture, shapes: [left], masks: [mask] }, never);
    expect(united.coverage).toEqual({ share: 0.75, box: { x: 0, y: 0, width: 15, height: 10 }, isFull: false });
    const turned = await composeMask({ picture, shapes: [left], masks: [mask], invert: true, grow: 2 }, never);
    expect(toAscii(turned.mask)).toBe(Array(10).fill('.............#######').join('\n'));
    const soft = await composeMask({ picture, shapes: [left], feather: 4 }, never);
    expect(soft.mask.data[0]).toBe(255);
    expect(area(soft.mask)).toBeCloseTo(100, -1);
    expect(soft.warnings).toEqual([]);
  });

  test.each([
    ['shrunk to nothing', { shapes: [{ ...left, x: 25 }], grow: -8 }],
    ['inverted to nothing', { shapes: [{ ...left, width: 100 }], invert: true }],
    ['an earlier mask that is black', { masks: [closedMask(picture)] }],
  ])('nothing open: %s', async (_, recipe) => {
    await expect(composeMask({ picture, ...recipe }, never)).rejects.toMatchObject({
      code: 'mask_empty',
      actor: 'caller',
    });
  });

  test('all open is said', async () => {
    const all = await composeMask({ picture, shapes: [left], grow: 100 }, never);
    expect(all.coverage.isFull).toBe(true);
    expect(all.warnings).toEqual([expect.stringContaining('whole picture')]);
    const dotted = await composeMask({ picture: DOT, masks: [DOT], invert: true }, never);
    expect(dotted.coverage).toMatchObject({ share: 80 / 81, isFull: false });
    expect(dotted.warnings).toEqual([]);
  });

  test('no source, or one of another size', async () => {
    await expect(composeMask({ picture }, never)).rejects.toMatchObject({ code: 'mask_source_missing' });
    for (const shapes of [[left], []]) {
      await expect(composeMask({ picture, shapes, masks: [DOT] }, never)).rejects.toMatchObject({
        code: 'mask_size',
        message: 'The mask has 9x9 pixels, the picture 20x10.',
      });
    }
  });
});

test('what the text pictures mean', () => {
  expect(toAscii(fromAscii('#.\n.#'))).toBe(lines('#.\n.#'));
});
