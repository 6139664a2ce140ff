/** @module-tag long */
import { expect, test } from 'vitest';
import { expectEveryPortraitOnce } from './portraits-expected.ts';
import { runPortraits } from './portraits.ts';

test('nine portraits get a new background each, paid for once, although the batch is interrupted', async () => {
  const figures = await runPortraits(9);
  expectEveryPortraitOnce(figures);
  // Work takes real time, more on a busy machine; the soak requires 95 %.
  expect(figures.idealMinutes / figures.minutes).toBeGreaterThanOrEqual(0.9);
});
