import { describe, expect, test } from 'vitest';
import { misplacedParts } from '../../../src/images/subject/doubt/misplaced.ts';
import type { Corrections, Plane } from '../../../src/images/subject/types.ts';

const [WIDTH, HEIGHT] = [100, 80];
const RED = [200, 60, 40] as const;
const BLUE = [40, 70, 190] as const;
type Box = readonly [left: number, top: number, right: number, bottom: number];
const isIn = (pixel: number, [left, top, right, bottom]: Box) => {
  const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
  return x >= left && x < right && y >= top && y < bottom;
};
const NONE: Corrections = { belongs: [], stays: [] };
type Known = { readonly probability: Plane | undefined; readonly corrections: Corrections };
const BODY: Box = [20, 20, 60, 60];

const areaOf = (...boxes: readonly Box[]) => ({
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, pixel) => Number(boxes.some((box) => isIn(pixel, box)))),
});

/** A red subject on blue ground, with some noise of its own. */
const copyOf = (isRed: (pixel: number) => boolean) => ({
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return ((isRed(pixel) ? RED : BLUE)[i % 3] ?? 0) + ((pixel * 7919) % 9) - 4;
  }),
});
const found = (area: ReturnType<typeof areaOf>, isRed: (pixel: number) => boolean, known: Partial<Known> = {}) =>
  misplacedParts(area, copyOf(isRed), { probability: undefined, corrections: NONE, ...known }, () => {});

describe('a part on the wrong side of an outline', () => {
  test('is none where the outline is right', () => {
    const { takenIn, leftOut } = found(areaOf(BODY), (pixel) => isIn(pixel, BODY));
    expect([takenIn.share, leftOut.share]).toEqual([0, 0]);
  });

  test('is a gap that was taken in', () => {
    const gap: Box = [30, 30, 46, 50];
    const { takenIn } = found(areaOf(BODY), (pixel) => isIn(pixel, BODY) && !isIn(pixel, gap));
    expect(takenIn.share).toBeCloseTo(0.2, 1);
    expect(isIn(takenIn.pixel, gap)).toBe(true);
  });

  test('is a piece that was cut off, where it hangs together with the area', () => {
    const handle: Box = [60, 30, 72, 46];
    const { takenIn, leftOut } = found(areaOf(BODY), (pixel) => isIn(pixel, BODY) || isIn(pixel, handle));
    expect(takenIn.share).toBe(0);
    expect(leftOut.share).toBeCloseTo(0.12, 1);
    expect(isIn(leftOut.pixel, handle)).toBe(true);
    const other: Box = [75, 30, 92, 46];
    expect(found(areaOf(BODY), (pixel) => isIn(pixel, BODY) || isIn(pixel, other)).leftOut.share).toBe(0);
  });

  test('is none where a net that has found the subject says that it is on its own side', () => {
    const helmet: Box = [30, 30, 46, 50];
    const isRed = (pixel: number) => isIn(pixel, BODY) && !isIn(pixel, helmet);
    const known = (share: number): Plane => ({
      width: WIDTH,
      height: HEIGHT,
      data: Float32Array.from({ length: WIDTH * HEIGHT }, (_, pixel) => (isIn(pixel, helmet) ? share : 0.9)),
    });
    expect(found(areaOf(BODY), isRed, { probability: known(0.7) }).takenIn.share).toBe(0);
    expect(found(areaOf(BODY), isRed, { probability: known(0.2) }).takenIn.share).toBeGreaterThan(0.1);
  });

  test('is none that holds a point of which a caller has said on which side it is', () => {
    const gap: Box = [30, 30, 46, 50];
    const handle: Box = [60, 30, 72, 46];
    const isRed = (pixel: number) => (isIn(pixel, BODY) && !isIn(pixel, gap)) || isIn(pixel, handle);
    const share = (corrections: Corrections) => {
      const { takenIn, leftOut } = found(areaOf(BODY), isRed, { corrections });
      return [takenIn.share > 0.03, leftOut.share > 0.03];
    };
    expect(share(NONE)).toEqual([true, true]);
    expect(share({ ...NONE, belongs: [[38, 40]] })).toEqual([false, true]);
    expect(share({ ...NONE, stays: [[66, 38]] })).toEqual([true, false]);
  });

  test('is no thin rim, and none of nothing', () => {
    const rim: Box = [60, 20, 62, 60];
    expect(found(areaOf(BODY), (pixel) => isIn(pixel, BODY) || isIn(pixel, rim)).leftOut.share).toBe(0);
    expect(found(areaOf(), (pixel) => isIn(pixel, BODY)).takenIn.share).toBe(0);
  });
});
