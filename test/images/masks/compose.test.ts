import { describe, expect, test } from 'vitest';
import { invert, join } from '../../../src/images/masks/refining/combine.ts';
import { composeMask } from '../../../src/images/masks/compose.ts';
import { feather } from '../../../src/images/masks/refining/feather.ts';
import { grow } from '../../../src/images/masks/refining/grow.ts';
import { closedMask } from '../../../src/images/masks/mask.ts';
import { maskFromLuminance, maskFromTransparency } from '../../../src/images/masks/sources.ts';
import { area, draw, fromAscii, lines, noYield, toAscii } from './ascii-mask.ts';

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

describe('growing a mask', () => {
  test('makes a disc of a pixel', async () => {
    expect(toAscii(await grow(DOT, 3, noYield))).toMatchInlineSnapshot(`
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

  test('moves straight edges by exactly the given pixels', async () => {
    const picture = { width: 100, height: 80 };
    const grown = await grow(
      await draw([{ shape: 'rectangle', x: 40, y: 30, width: 20, height: 10, unit: 'pixels' }], picture),
      20,
      noYield,
    );
    const row = grown.data.subarray(35 * 100, 36 * 100);
    expect([row.indexOf(255), row.lastIndexOf(255), row.findIndex((value) => value > 0)]).toEqual([20, 79, 20]);
    const column = Array.from({ length: 80 }, (_, y) => grown.data[y * 100 + 50]);
    expect([column.indexOf(255), column.lastIndexOf(255)]).toEqual([10, 59]);
  });

  test('by negative pixels shrinks it, but not from the edge of the picture', async () => {
    const half = await draw([{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 }], { width: 20, height: 6 });
    expect(toAscii(await grow(half, -4, noYield))).toBe(Array(6).fill('######..............').join('\n'));
  });

  test('is by the Euclidean distance', async () => {
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
    const grown = await grow(mask, radius, noYield);
    const expected = Array.from(grown.data, (_, i) => {
      const [x, y] = [i % size.width, Math.floor(i / size.width)];
      const distance = Math.min(...seeds.map(([sx, sy]) => Math.hypot(x - sx, y - sy)));
      return Math.round(255 * Math.min(Math.max(radius + 1 - distance, 0), 1));
    });
    expect([...grown.data]).toEqual(expected);
  });

  test('changes neither a closed nor an open one', async () => {
    const closed = closedMask({ width: 9, height: 7 });
    const open = await invert(closed, noYield);
    expect(await grow(closed, 50, noYield)).toEqual(closed);
    expect(await grow(open, -50, noYield)).toEqual(open);
    expect(await grow(closed, -3, noYield)).toEqual(closed);
    expect(await grow(open, 3, noYield)).toEqual(open);
  });
});

describe('feathering a mask', () => {
  test('softens the given pixels to each side, and no others', async () => {
    const edge = await draw([{ shape: 'rectangle', x: 50, y: 0, width: 50, height: 100 }], { width: 60, height: 5 });
    const soft = await feather(edge, 10, noYield);
    const row = [...soft.data.subarray(120, 180)];
    expect(row.findIndex((value) => value > 0)).toBeGreaterThanOrEqual(20);
    expect(row.indexOf(255)).toBeLessThanOrEqual(40);
    expect(row.toSorted((a, b) => a - b)).toEqual(row);
    // Symmetric, so the contour stays in its place.
    for (let i = 0; i < 30; i++) expect(Math.abs((row[i] ?? 0) + (row[59 - i] ?? 0) - 255)).toBeLessThanOrEqual(2);
    expect(row.filter((value) => value > 0 && value < 255).length).toBeGreaterThan(10);
  });

  test('is equal along rows and columns', async () => {
    const size = 41;
    const square = await draw([{ shape: 'rectangle', x: 30, y: 30, width: 40, height: 40 }], {
      width: size,
      height: size,
    });
    const { data } = await feather(square, 7, noYield);
    const turned = data.map((_, i) => data[(i % size) * size + Math.floor(i / size)] ?? 0);
    const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - (turned[i] ?? 0))), 0);
    expect(worst).toBeLessThanOrEqual(2);
  });

  test('keeps an area open that touches the edge of the picture', async () => {
    const half = await draw([{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 }], { width: 80, height: 30 });
    const soft = await feather(half, 12, noYield);
    expect([soft.data[0], soft.data[29 * 80]]).toEqual([255, 255]);
  });

  test.each([1, 2, 3, 1000])('by %i pixels works on a mask of nine pixels', async (pixels) => {
    const soft = await feather(DOT, pixels, noYield);
    expect(soft).toMatchObject({ width: 9, height: 9 });
    expect(soft.data[40]).toBeLessThan(255);
  });
});

describe('a mask from a picture', () => {
  const plane = { width: 3, height: 1, data: Uint8Array.of(0, 100, 255) };

  test('opens its transparent part', async () => {
    const mask = await maskFromTransparency(plane, { width: 3, height: 1 }, noYield);
    expect([...mask.data]).toEqual([255, 155, 0]);
  });

  test('without transparency is a problem', async () => {
    const opaque = { width: 2, height: 1, data: Uint8Array.of(255, 255) };
    await expect(maskFromTransparency(opaque, opaque, noYield)).rejects.toMatchObject({ code: 'no_transparency' });
  });

  test('opens its white part, and must have the right size', () => {
    expect(maskFromLuminance(plane, { width: 3, height: 1 })).toBe(plane);
    expect(() => maskFromLuminance(plane, { width: 1, height: 3 })).toThrow(
      expect.objectContaining({ code: 'mask_size', message: 'The mask has 3x1 pixels, the picture 1x3.' }),
    );
  });

  test('is not united with one of another size', async () => {
    await expect(join(plane, 'add', closedMask({ width: 3, height: 2 }), noYield)).rejects.toMatchObject({
      code: 'mask_size',
    });
  });
});

describe('composing a mask', () => {
  const picture = { width: 20, height: 10 };
  const left = { shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 } as const;

  test('unites, then inverts, then grows, then feathers', async () => {
    const mask = await draw([{ shape: 'rectangle', x: 50, y: 0, width: 25, height: 100 }], picture);
    const united = await composeMask({ picture, shapes: [left], masks: [mask] }, noYield);
    expect(united.coverage).toEqual({ share: 0.75, box: { x: 0, y: 0, width: 15, height: 10 }, isFull: false });
    const inverted = await composeMask({ picture, shapes: [left], masks: [mask], invert: true, grow: 2 }, noYield);
    expect(toAscii(inverted.mask)).toBe(Array(10).fill('.............#######').join('\n'));
    const soft = await composeMask({ picture, shapes: [left], feather: 4 }, noYield);
    expect(soft.mask.data[0]).toBe(255);
    expect(area(soft.mask)).toBeCloseTo(100, -1);
    expect(soft.warnings).toEqual([]);
  });

  test.each([
    ['was shrunk to nothing', { shapes: [{ ...left, x: 25 }], grow: -8 }],
    ['was inverted to nothing', { shapes: [{ ...left, width: 100 }], invert: true }],
    ['is an earlier, black mask', { masks: [closedMask(picture)] }],
  ])('that %s is refused', async (_, recipe) => {
    await expect(composeMask({ picture, ...recipe }, noYield)).rejects.toMatchObject({
      code: 'mask_empty',
      actor: 'caller',
    });
  });

  test('that opens the whole picture warns', async () => {
    const all = await composeMask({ picture, shapes: [left], grow: 100 }, noYield);
    expect(all.coverage.isFull).toBe(true);
    expect(all.warnings).toEqual([expect.stringContaining('whole picture')]);
    const dotted = await composeMask({ picture: DOT, masks: [DOT], invert: true }, noYield);
    expect(dotted.coverage).toMatchObject({ share: 80 / 81, isFull: false });
    expect(dotted.warnings).toEqual([]);
  });

  test('without a source, or with one of another size, is a problem', async () => {
    await expect(composeMask({ picture }, noYield)).rejects.toMatchObject({ code: 'mask_source_missing' });
    for (const shapes of [[left], []]) {
      await expect(composeMask({ picture, shapes, masks: [DOT] }, noYield)).rejects.toMatchObject({
        code: 'mask_size',
        message: 'The mask has 9x9 pixels, the picture 20x10.',
      });
    }
  });
});

test('a mask as text reads as it is written', () => {
  expect(toAscii(fromAscii('#.\n.#'))).toBe(lines('#.\n.#'));
});
