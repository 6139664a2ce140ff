import { describe, expect, test } from 'vitest';
import { feather } from '../../../src/images/masks/refining/feather.ts';
import { grow } from '../../../src/images/masks/refining/grow.ts';
import type { Size } from '../../../src/images/masks/mask.ts';
import { correctNear } from '../../../src/images/masks/refining/local-correction.ts';

const SIZE = { width: 60, height: 20 };
type Box = readonly [left: number, top: number, right: number, bottom: number];

const maskOf = (...boxes: readonly Box[]) => drawn(SIZE, ...boxes);
const now = async () => undefined;
const BODY: Box = [20, 5, 30, 15];
const [ARM, FLAG, FOOT]: readonly [Box, Box, Box] = [
  [30, 8, 40, 12],
  [2, 2, 10, 8],
  [50, 5, 58, 15],
];

describe('a correction by points', () => {
  test('opens what hangs together with a point that belongs, and nothing that a new fit opened elsewhere', async () => {
    const after = maskOf(BODY, ARM, FLAG);
    const { mask, opened, closed } = await correctNear(maskOf(BODY), after, { belongs: [[35, 10]], stays: [] }, now);
    expect(mask).toEqual(maskOf(BODY, ARM));
    expect([opened, closed]).toEqual([40 / 1200, 0]);
  });

  test('closes around a point that stays, and opens nothing there; other points change nothing', async () => {
    const before = maskOf(BODY, FLAG, FOOT);
    const after = maskOf(BODY, ARM);
    const { mask, closed } = await correctNear(before, after, { belongs: [], stays: [[5, 5]] }, now);
    expect(mask).toEqual(maskOf(BODY, FOOT));
    expect(closed).toBe(48 / 1200);
    const wrong = await correctNear(before, after, { belongs: [[5, 5]], stays: [[35, 10]] }, now);
    expect(wrong.mask).toEqual(before);
  });

  // A fit has no growth; a mask that was grown is off it along its whole outline, which hangs together with every part.
  test.each([
    [0, 0],
    [4, 0],
    [4, 1],
    [10, 6],
    [-3, 0],
    [-2, 2],
  ])(
    'of a mask that was grown by %i and softened over %i px keeps that, and the outline elsewhere',
    async (px, soft) => {
      const edged = async (...boxes: readonly Box[]) => feather(await grow(large(...boxes), px, now), soft, now);
      const whole: Box = [60, 60, 220, 160];
      const leg: Box = [100, 160, 130, 220];
      const [bare, legged] = [await edged(whole), await edged(whole, leg)];
      const point = [115, 200] as const;
      const off = await correctNear(legged, large(whole), { belongs: [], stays: [point] }, now);
      expect(off).toMatchObject({ grow: px, feather: soft, opened: 0 });
      // Where edges meet in a corner, a few pixels count as a seam.
      expect(differing(off.mask, bare)).toBeLessThan(FEW);
      const on = await correctNear(bare, large(whole, leg), { belongs: [point], stays: [] }, now);
      expect(on).toMatchObject({ grow: px, feather: soft, closed: 0 });
      expect(differing(on.mask, legged)).toBeLessThan(FEW);
    },
  );

  test('leaves the seam between two fits of one outline alone, though it runs on from what the point takes away', async () => {
    const leg: Box = [100, 160, 130, 220];
    const before = large([60, 60, 220, 160], leg);
    // This fit ends two pixels higher along the whole lower edge.
    const fit = large([60, 60, 220, 158]);
    const { mask } = await correctNear(before, fit, { belongs: [], stays: [[115, 200]] }, now);
    const open = (x: number, y: number) => mask.data[y * LARGE.width + x];
    expect([open(115, 200), open(101, 161)]).toEqual([0, 0]);
    expect([70, 85, 145, 180, 219].map((x) => open(x, 159))).toEqual([255, 255, 255, 255, 255]);
  });

  test('closes around a point that stays, even where growth alone had opened it, and nothing far from it', async () => {
    const box: Box = [60, 60, 220, 160];
    const before = await grow(large(box), 8, now);
    const point = [140, 164] as const;
    const { mask, closed } = await correctNear(before, large(box), { belongs: [], stays: [point] }, now);
    expect(mask.data[164 * LARGE.width + 140]).toBe(0);
    expect(closed).toBeGreaterThan(0);
    const isFar = (pixel: number) =>
      Math.hypot((pixel % LARGE.width) - 140, Math.floor(pixel / LARGE.width) - 164) > 12;
    expect([...mask.data.keys()].filter((i) => mask.data[i] !== before.data[i] && isFar(i))).toEqual([]);
  });
});

describe('the search for a change', () => {
  // Corridors as wide as the picture, each joined with the next at one end: a change that winds through all of the picture.
  const rows = Array.from({ length: 9 }, (_, k): Box => [40, 100 + 80 * k, 1160, 120 + 80 * k]);
  const turns = Array.from({ length: 8 }, (_, k): Box => {
    const left = k % 2 === 0 ? 1140 : 40;
    return [left, 120 + 80 * k, left + 20, 180 + 80 * k];
  });
  const [body, other]: readonly Box[] = [
    [500, 10, 700, 60],
    [560, 800, 640, 880],
  ];

  test('goes on for as long as the change does, and no farther', async () => {
    const fit = drawn(WIDE, body!, ...rows, ...turns, other!);
    const points = { belongs: [[60, 110]] as const, stays: [] };
    const { mask, opened } = await correctNear(drawn(WIDE, body!), fit, points, now);
    const expected = drawn(WIDE, body!, ...rows, ...turns);
    expect(Buffer.compare(mask.data, expected.data)).toBe(0);
    const pixels = rows.length * 1120 * 20 + turns.length * 20 * 60;
    expect(opened).toBeCloseTo(pixels / (WIDE.width * WIDE.height), 9);
  });

  test('is one for points whose surroundings meet, and one for each that is alone; a point on the side counts too', async () => {
    const corner: Box = [1160, 860, 1200, 900];
    const arm: Box = [700, 20, 760, 50];
    const before = drawn(WIDE, body!, corner);
    const fit = drawn(WIDE, body!, arm, other!);
    const belongs: readonly (readonly [number, number])[] = [
      [720, 30],
      [735, 40],
      [600, 870],
    ];
    // The last pixel of 100 percent is the one before it.
    const stays = [[1200, 900]] as const;
    const { mask, opened, closed } = await correctNear(before, fit, { belongs, stays }, now);
    expect(Buffer.compare(mask.data, fit.data)).toBe(0);
    const share = (pixels: number) => pixels / (WIDE.width * WIDE.height);
    expect([opened, closed]).toEqual([share(60 * 30 + 80 * 80), share(40 * 40)]);
  });

  test('of a small change passes a large picture a few times only', async () => {
    const size = { width: 2000, height: 2000 };
    const [trunk, twig]: readonly Box[] = [
      [300, 300, 1500, 1500],
      [1500, 800, 1530, 820],
    ];
    let turned = 0;
    const counting = async () => void (turned += 1);
    const points = { belongs: [[1515, 810]] as const, stays: [] };
    const { mask } = await correctNear(drawn(size, trunk!), drawn(size, trunk!, twig!), points, counting);
    expect(mask.data[810 * size.width + 1515]).toBe(255);
    // Of a band of 131072 pixels each.
    const passes = (turned * 131_072) / (size.width * size.height);
    expect(passes).toBeLessThan(6);
  });
});

/** Pixels, of some two thousand that change. */
const FEW = 10;
const LARGE = { width: 300, height: 260 };
const WIDE = { width: 1200, height: 900 };

function drawn(size: Size, ...boxes: readonly Box[]) {
  const data = new Uint8Array(size.width * size.height);
  for (const [left, top, right, bottom] of boxes)
    for (let y = top; y < bottom; y++) data.fill(255, y * size.width + left, y * size.width + right);
  return { ...size, data };
}

const large = (...boxes: readonly Box[]) => drawn(LARGE, ...boxes);

/** Pixels of which one mask opens at least half and the other does not. */
function differing(one: { readonly data: Uint8Array }, other: { readonly data: Uint8Array }): number {
  return one.data.reduce((sum, value, i) => sum + (value >= 128 === (other.data[i] ?? 0) >= 128 ? 0 : 1), 0);
}
