import { expect, test } from 'vitest';
import { scalePicture } from '../../../../src/images/subject/pixels/scale.ts';

const check = () => {};

/** Grey pixels of these values. */
function grey(width: number, values: readonly number[]) {
  return {
    width,
    height: values.length / width,
    data: Uint8Array.from(values.flatMap((value) => [value, value, value])),
  };
}

test('a pixel of a smaller copy is the mean of what it covers, parts of pixels in part', () => {
  const row = grey(5, [0, 100, 200, 200, 10]);
  const whole = { left: 0, top: 0, width: 5, height: 1 };
  const halved = scalePicture(row, whole, { width: 2, height: 1 }, check);
  expect([...halved.data]).toEqual([80, 80, 80, 124, 124, 124]);
});

test('a larger copy is interpolated between pixels, and repeats the outermost ones', () => {
  const row = grey(2, [0, 100]);
  const enlarged = scalePicture(row, { left: 0, top: 0, width: 2, height: 1 }, { width: 4, height: 1 }, check);
  expect([...enlarged.data].filter((_, i) => i % 3 === 0)).toEqual([0, 25, 75, 100]);
});

test('a region is copied without what is around it', () => {
  const square = grey(3, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const part = scalePicture(square, { left: 1, top: 1, width: 2, height: 2 }, { width: 2, height: 2 }, check);
  expect([...part.data].filter((_, i) => i % 3 === 0)).toEqual([5, 6, 8, 9]);
});
