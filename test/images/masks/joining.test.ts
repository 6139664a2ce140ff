import { expect, test } from 'vitest';
import { composeMask } from '../../../src/images/masks/compose.ts';
import type { Shape } from '../../../src/images/masks/drawing/shapes.ts';
import { edgeFor } from '../../../src/images/masks/refining/purpose.ts';

const picture = { width: 10, height: 1 };
const noYield = async () => {};

/** A rectangle over whole pixels of the only row. */
const over = (x: number, width: number, op?: Shape['op']): Shape => ({
  shape: 'rectangle',
  x,
  y: 0,
  width,
  height: 1,
  unit: 'pixels',
  op,
});

const opened = async (recipe: Omit<Parameters<typeof composeMask>[0], 'picture'>) =>
  [...(await composeMask({ picture, ...recipe }, noYield)).mask.data]
    .map((value) => (value >= 128 ? '#' : '.'))
    .join('');

test('shapes are joined one after the other', async () => {
  expect(await opened({ shapes: [over(0, 6), over(2, 2, 'subtract')] })).toBe('##..##....');
  expect(await opened({ shapes: [over(0, 6), over(4, 6, 'intersect')] })).toBe('....##....');
  expect(await opened({ shapes: [over(0, 6), over(2, 2, 'subtract'), over(3, 5)] })).toBe('##.#####..');
});

test('earlier masks and people come before shapes, and invert after them', async () => {
  const earlier = { ...picture, data: Uint8Array.from([255, 255, 0, 0, 0, 0, 0, 0, 0, 0]) };
  const person = { left: 4, top: 0, mask: { width: 3, height: 1, data: Uint8Array.from([255, 255, 255]) } };
  const shapes = [over(1, 4, 'subtract')];
  expect(await opened({ masks: [earlier], subjects: [person], shapes })).toBe('#....##...');
  expect(await opened({ masks: [earlier], subjects: [person], shapes, invert: true })).toBe('.####..###');
});

test('what a shape was fitted to takes its place, and nothing outside of a rectangle opens', async () => {
  const fitted = new Map([[1, { left: 3, top: 0, mask: { width: 6, height: 1, data: new Uint8Array(6).fill(255) } }]]);
  expect(await opened({ shapes: [over(0, 10), over(5, 3, 'subtract')], fitted })).toBe('#####...##');
  const points = [
    [5, 0],
    [8, 0],
    [8, 1],
    [5, 1],
  ];
  const polygon: Shape = { shape: 'polygon', points, unit: 'pixels', op: 'subtract' };
  expect(await opened({ shapes: [over(0, 10), polygon], fitted })).toBe('###......#');
});

test('a background is opened and grows over the edge of the subject; a removal grows most', () => {
  const size = { width: 3000, height: 4000 };
  expect(edgeFor('background', size)).toEqual({ invert: true, grow: 12, feather: 8 });
  expect(edgeFor('object', size)).toEqual({ invert: false, grow: 4, feather: 4 });
  expect(edgeFor('remove', size)).toEqual({ invert: false, grow: 32, feather: 8 });
});
