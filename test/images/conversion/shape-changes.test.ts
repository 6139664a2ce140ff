import { expect, test } from 'vitest';
import { shapeChanges } from '../../../src/images/conversion/shape-changes.ts';

const size = (width: number, height: number) => ({ width, height });

test.each([
  ['rounds a scaled copy is left out', size(2704, 1552), size(2704, 1551), size(1600, 918)],
  ['takes two pixels of each side is left out', size(2704, 1552), size(2702, 1550), size(1600, 918)],
])('a cut that %s', (_, of, box, to) => {
  const plan = { box: { left: 0, top: 0, ...box }, size: to };
  expect(shapeChanges(of, plan)).toEqual(['scaled from 2704x1552 to 1600x918']);
});

test.each([
  ['takes more', size(2704, 1552), size(2704, 1549), size(1600, 917)],
  ['is much of a small picture', size(40, 40), size(40, 38), size(20, 19)],
  ['is all that is done', size(2704, 1552), size(2704, 1551), size(2704, 1551)],
])('a cut that %s is told', (_, of, box, to) => {
  const plan = { box: { left: 0, top: 0, ...box }, size: to };
  expect(shapeChanges(of, plan)[0]).toBe(`cut to ${box.width}x${box.height} of ${of.width}x${of.height}`);
});
