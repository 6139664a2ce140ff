import { describe, expect, test } from 'vitest';
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
});
