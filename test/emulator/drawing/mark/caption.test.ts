import { expect, test } from 'vitest';
import { caption } from '../../../../src/emulator/drawing/mark/mark.ts';

test.each([
  [60, 'A RED FOX · SEED 123456'],
  [12, 'A RED FOX'],
  [7, 'A RED…'],
])('in %i letters the seed is whole or left out', (space, line) => {
  expect(caption('a red fox', 123_456, space)).toBe(line);
});
