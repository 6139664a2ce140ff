import { expect, test } from 'vitest';
import { shareLeftOut } from '../../../src/images/subject/doubt/left-out.ts';

const SIZE = { width: 100, height: 60 };
const isIn = (pixel: number, from: number, to: number) => {
  const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
  return x >= from && x < to && y >= 20 && y < 40;
};
/** What was cut out: 20 x 20 pixels. */
const area = { ...SIZE, data: Uint8Array.from({ length: 6000 }, (_, pixel) => +isIn(pixel, 20, 40)) };
/** The net is sure of the area, and gives this to the columns from one to another beside it. */
const seen = (beside: number, from: number, to: number) => ({
  ...SIZE,
  data: Float32Array.from({ length: 6000 }, (_, pixel) =>
    isIn(pixel, 20, 40) ? 1 : isIn(pixel, from, to) ? beside : 0.05,
  ),
});

test('what the net half took for a part of a person and the cut left out is counted, as a share of the person', () => {
  expect(shareLeftOut(area, seen(0.4, 60, 70), [])).toBe(0.5);
  expect(shareLeftOut(area, seen(0.15, 60, 70), [])).toBe(0);
});

test('what is blurred along the edge is no part that was left out', () => {
  expect(shareLeftOut(area, seen(0.4, 40, 42), [])).toBe(0);
  expect(shareLeftOut(area, seen(0.4, 40, 52), [])).toBe(0.5);
});

test('what a caller has said to be no part of the person was not left out by mistake', () => {
  const onIt = 30 * SIZE.width + 65;
  const besideIt = 30 * SIZE.width + 90;
  expect(shareLeftOut(area, seen(0.4, 60, 70), [onIt])).toBe(0);
  expect(shareLeftOut(area, seen(0.4, 60, 70), [besideIt])).toBe(0.5);
});
