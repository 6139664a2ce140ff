import { expect, it } from 'vitest';
import { expectEveryPortraitOnce } from './portraits-expected.ts';
import { runPortraits } from './portraits.ts';

it('the employee portraits of tutorial 000, two dozen of them, are made once each, through a Ctrl-C', async () => {
  const figures = await runPortraits(24);
  expectEveryPortraitOnce(figures);
  expect(figures.idealMinutes / figures.minutes).toBeGreaterThanOrEqual(0.95);
});
