import { expect, test } from 'vitest';
import { fillSize, fillSizeUnknown } from '../../../../src/tools/edit/fill/fill-size.ts';

test.each<[string, string, string]>([
  ['512x512', '1024x1024', 'Asked for in 1024x1024 pixels; the picture has 512x512.'],
  ['4000x4000', '2048x2048', 'the picture has 4000x4000'],
  ['4032x3136', '2304x1792', 'the picture has 4032x3136'],
  ['1344x768', '1344x768', ''],
])('a whole picture of %s is painted in %s', (own, wanted, says) => {
  const [width = 0, height = 0] = own.split('x').map(Number);
  const { size, notes } = fillSize(undefined, { width, height });
  expect(`${size.width}x${size.height}`).toBe(wanted);
  expect(notes.join()).toContain(says);
  if (says === '') expect(notes).toEqual([]);
});

test.each([
  ['1600x1200', '2304x1792'],
  ['900x1600', '1792x2304'],
])('a whole picture of %s, which no size has the ratio of, needs a size; %s is named', (own, nearest) => {
  const [width = 0, height = 0] = own.split('x').map(Number);
  const refused = expect.objectContaining({ code: 'invalid_argument', next: expect.stringContaining(`"${nearest}"`) });
  expect(() => fillSize(undefined, { width, height })).toThrow(refused);
});

test('a picture of unknown size is painted whole, in Adobe’s default, which is said', () => {
  const { size, notes } = fillSizeUnknown(undefined);
  expect(size).toEqual({ width: 2048, height: 2048 });
  expect(notes.join()).toMatch(/2048x2048.* painted whole/);
});

test('a size that was asked for is sent, and a change of shape is said', () => {
  const square = { width: 2048, height: 2048 };
  expect(fillSize(square, { width: 500, height: 500 })).toEqual({ size: square, notes: [] });
  expect(fillSize(square, { width: 800, height: 600 }).notes.join()).toContain('stretched from 4:3 to 1:1');
});
