import { expect, test } from 'vitest';
import { fillSize } from '../../../src/tools/edit/fill-size.ts';

test.each<[string, string, string]>([
  ['1600x1200', '2304x1792', 'stretched from 4:3 to 9:7'],
  ['800x600', '1152x896', 'stretched'],
  ['512x512', '1024x1024', 'the nearest of the sizes'],
  ['4000x4000', '2048x2048', 'the nearest of the sizes'],
  ['900x1600', '1792x2304', 'stretched'],
  ['1344x768', '1344x768', ''],
])('a picture of %s is filled in %s', (own, wanted, says) => {
  const [width = 0, height = 0] = own.split('x').map(Number);
  const { size, notes } = fillSize(undefined, { width, height });
  expect(`${size.width}x${size.height}`).toBe(wanted);
  expect(notes.join()).toContain(says);
  if (says === '') expect(notes).toEqual([]);
});

test('a picture of unknown size is filled in Adobe’s default, which is said', () => {
  const { size, notes } = fillSize(undefined, undefined);
  expect(size).toEqual({ width: 2048, height: 2048 });
  expect(notes.join()).toContain('2048x2048');
});

test('a size that was asked for is sent, and a change of shape is said', () => {
  const square = { width: 2048, height: 2048 };
  expect(fillSize(square, { width: 500, height: 500 })).toEqual({ size: square, notes: [] });
  expect(fillSize(square, { width: 800, height: 600 }).notes.join()).toContain('stretched from 4:3 to 1:1');
});
