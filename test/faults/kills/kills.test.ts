import { expect, test } from 'vitest';
import { killAtRandom } from './kills.ts';

/** Ten thousand in `kills.soak.ts`. */
const KILLS = Number(process.env['KILLS'] ?? 8);
const REQUESTS = Math.ceil(KILLS / 4);

test(
  'three real processes that are killed at random, while Adobe fails, lose nothing and pay nothing twice',
  { tags: 'long', timeout: 400_000 },
  async () => {
    const report = await killAtRandom({
      kills: KILLS,
      requests: REQUESTS,
      limitMs: 180_000,
      processes: 3,
      lifeMs: [30, 3_000],
      relay: true,
      perMinute: 90,
      mostUnfinished: 8,
      faultEveryMs: 500,
      patient: false,
    });
    console.log(`kills: ${JSON.stringify(report)}`);
    expect(report).toMatchObject({ violations: [], impure: [], left: [], integrity: 'ok', audit: [] });
    expect(report.kills).toBeGreaterThan(KILLS / 2);
    expect(report.requests).toBeGreaterThanOrEqual(REQUESTS);
  },
);
