import { expect, test } from 'vitest';
import { losslessEffort, resultFormat } from '../../../src/images/composites/output/result-format.ts';

test.each([
  ['image/webp', 4_000, 'image/webp', 0],
  ['image/webp', 4_001, 'image/png', 1],
  ['image/png', 12_000, 'image/png', 0],
  ['image/jpeg', 12_000, 'image/jpeg', 0],
] as const)('a composite that is to be %s, %d by 5000 pixels, is written as %s', (wanted, width, mimeType, notes) => {
  const format = resultFormat(wanted, { width, height: 5_000 });
  expect(format).toMatchObject({ mimeType });
  expect(format.notes).toHaveLength(notes);
  expect(format.notes.join()).toContain(notes === 0 ? '' : 'up to 20 million pixels');
});

test('a large WebP is written with the effort that takes the least memory', () => {
  expect(losslessEffort({ width: 4_000, height: 2_500 })).toBe(1);
  expect(losslessEffort({ width: 4_000, height: 2_501 })).toBe(0);
});
