import { describe, expect, test } from 'vitest';
import { feather } from '../../../src/images/masks/refining/feather.ts';
import { grow } from '../../../src/images/masks/refining/grow.ts';
import { correctNear } from '../../../src/images/masks/refining/local-correction.ts';

const SIZE = { width: 60, height: 20 };
type Box = readonly [left: number, top: number, right: number, bottom: number];

function maskOf(...boxes: readonly Box[]) {
  const data = new Uint8Array(SIZE.width * SIZE.height);
  for (const [left, top, right, bottom] of boxes)
    for (let y = top; y < bottom; y++) data.fill(255, y * SIZE.width + left, y * SIZE.width + right);
  return { ...SIZE, data };
}
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

/** Pixels, of some two thousand that change. */
const FEW = 10;
const LARGE = { width: 300, height: 260 };

function large(...boxes: readonly Box[]) {
  const data = new Uint8Array(LARGE.width * LARGE.height);
  for (const [left, top, right, bottom] of boxes)
    for (let y = top; y < bottom; y++) data.fill(255, y * LARGE.width + left, y * LARGE.width + right);
  return { ...LARGE, data };
}

/** Pixels of which one mask opens at least half and the other does not. */
function differing(one: { readonly data: Uint8Array }, other: { readonly data: Uint8Array }): number {
  return one.data.reduce((sum, value, i) => sum + (value >= 128 === (other.data[i] ?? 0) >= 128 ? 0 : 1), 0);
}
