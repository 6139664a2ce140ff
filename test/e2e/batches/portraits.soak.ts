import { expect, test } from 'vitest';
import { expectEveryPortraitOnce } from './portraits-expected.ts';
import { runPortraits } from './portraits.ts';

/** `PORTRAITS` bounds their number (1000). */
const PORTRAITS = Number(process.env['PORTRAITS'] ?? 1_000);

test(
  'a thousand portraits get a new background each, within 95 % of the quota’s pace',
  { timeout: 7_200_000 },
  async () => {
    const started = performance.now();
    const figures = await runPortraits(PORTRAITS);
    const { minutes, idealMinutes, madeBeforeCtrlC, uploads, statuses } = figures;
    const share = (100 * idealMinutes) / minutes;
    console.info(
      `${statuses.length} portraits (Ctrl-C after ${madeBeforeCtrlC}), ${uploads.size} uploads, ` +
        `${statuses.filter((status) => status === 429).length} x 429, at most ${figures.maxPerMinute} in any minute, ` +
        `${minutes.toFixed(1)} of ideally ${idealMinutes} minutes (${share.toFixed(1)} %), ` +
        `in ${((performance.now() - started) / 1000).toFixed(0)} s of real time`,
    );
    expectEveryPortraitOnce(figures);
    expect(share).toBeGreaterThanOrEqual(95);
  },
);
