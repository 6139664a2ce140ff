import { expect, test } from 'vitest';
import { contrast, mended, parseColour, type Rgba } from '../../../src/apps/studio/model/contrast.ts';

const BLACK: Rgba = [0, 0, 0, 1];
const WHITE: Rgba = [1, 1, 1, 1];
const GREY: Rgba = [0.8, 0.8, 0.8, 1];

test('computed colours are read in each way that browsers write them', () => {
  expect(parseColour('rgb(255, 0, 51)')).toEqual([1, 0, 0.2, 1]);
  expect(parseColour('rgba(255, 0, 51, 0.5)')).toEqual([1, 0, 0.2, 0.5]);
  expect(parseColour('color(srgb 0.5 0.25 1e-7 / 0.5)')).toEqual([0.5, 0.25, 1e-7, 0.5]);
  expect(parseColour('canvastext')).toBeUndefined();
});

test('contrast is that of WCAG', () => {
  expect(contrast(BLACK, WHITE)).toBe(21);
  expect(contrast(WHITE, [0x76 / 255, 0x76 / 255, 0x76 / 255, 1])).toBeCloseTo(4.54, 2);
});

test('a colour that cannot be read goes towards ink as far as it must, and no other one moves', () => {
  expect(mended(BLACK, BLACK, WHITE, 4.5)).toBeUndefined();
  const better = mended(GREY, BLACK, WHITE, 4.5)!;
  expect(contrast(better, WHITE)).toBeGreaterThanOrEqual(4.5);
  expect(better[0]).toBeGreaterThan(0.3);
  // A line of ink that shows too little of itself.
  expect(contrast(mended([0, 0, 0, 0.15], BLACK, WHITE, 3)!, WHITE)).toBeGreaterThanOrEqual(3);
});
