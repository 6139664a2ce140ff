import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cubeRoot, exponential, logarithm } from '../../../../src/images/subject/pixels/arithmetic.ts';

describe('arithmetic from the four basic operations', () => {
  test('is that of the standard library, the exponential to thirteen digits and the others to eight', () => {
    fc.assert(
      fc.property(fc.double({ min: -600, max: 600, noNaN: true }), (x) => {
        expect(exponential(x) / Math.exp(x)).toBeCloseTo(1, 12);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 1e-14, max: 1e14, noNaN: true }), (x) => {
        expect(logarithm(x)).toBeCloseTo(Math.log(x), 8);
        expect(cubeRoot(x) / Math.cbrt(x)).toBeCloseTo(1, 8);
      }),
    );
  });

  test('ends at the limits', () => {
    expect(exponential(-1e6)).toBe(0);
    expect(exponential(1e6)).toBe(exponential(700));
    expect(exponential(0)).toBe(1);
    expect(logarithm(1)).toBe(0);
  });
});
