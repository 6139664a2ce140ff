import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWithin, sizeWithin } from '../../../src/images/import/copy-size.ts';

const side = fc.integer({ min: 1, max: 8_000 });

describe('the size of a copy', () => {
  test('is that of the picture where it is within the limits, and without limits', () => {
    const limits = { mostBytes: 1, formats: [], longerSide: { least: 600, most: 900 } };
    expect(sizeWithin({ width: 700, height: 10 }, limits)).toEqual({ width: 700, height: 10 });
    expect(sizeWithin({ width: 1, height: 9_999 }, { mostBytes: 1, formats: [] })).toEqual({ width: 1, height: 9_999 });
  });

  test.each([
    ['too few pixels', { pixels: { least: 10_000 } }, { width: 80, height: 20 }, { width: 200, height: 50 }],
    ['too many pixels', { pixels: { most: 10_000 } }, { width: 800, height: 200 }, { width: 200, height: 50 }],
    [
      'a side that is too short',
      { shorterSide: { least: 100 } },
      { width: 80, height: 50 },
      { width: 160, height: 100 },
    ],
    ['a side that is too long', { longerSide: { most: 100 } }, { width: 50, height: 200 }, { width: 25, height: 100 }],
  ])('is scaled in its ratio for %s', (_what, limits, picture, expected) => {
    expect(sizeWithin(picture, { mostBytes: 1, formats: [], ...limits })).toEqual(expected);
  });

  test('does not exist where the ratio leaves none', () => {
    const limits = { mostBytes: 1, formats: [], longerSide: { most: 1_000 }, shorterSide: { least: 300 } };
    expect(sizeWithin({ width: 4_000, height: 1_000 }, limits)).toBeUndefined();
    expect(sizeWithin({ width: 5, height: 1 }, { mostBytes: 1, formats: [], mostRatio: 4 })).toBeUndefined();
  });

  test('is within the limits of Image 5 for every ratio that it takes', () => {
    const limits = { mostBytes: 1, formats: [], pixels: { least: 512 * 512, most: 2048 * 2048 }, mostRatio: 5 };
    fc.assert(
      fc.property(side, side, (width, height) => {
        const size = sizeWithin({ width, height }, limits);
        const isTooLong = Math.max(width, height) > 5 * Math.min(width, height);
        expect(size && isWithin(size, limits)).toBe(isTooLong ? undefined : true);
      }),
    );
  });
});
