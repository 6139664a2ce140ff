import { expect, it } from 'vitest';
import { storm } from './kills.ts';

const KILLS = Number(process.env['KILLS'] ?? 10_000);
const MINUTES = Number(process.env['MINUTES'] ?? 10);

it(
  `three real processes, killed at random: ${KILLS} times, or for ${MINUTES} minutes`,
  { timeout: (MINUTES + 10) * 60_000 },
  async () => {
    const toll = await storm({
      kills: KILLS,
      limitMs: MINUTES * 60_000,
      processes: 3,
      lifeMs: [50, 5_000],
      perMinute: 40,
      mostUnfinished: 12,
      faultEveryMs: 700,
      patient: true,
    });
    console.log(`soak: ${JSON.stringify(toll, undefined, 2)}`);
    expect(toll).toMatchObject({ violations: [], impure: [], left: [], integrity: 'ok' });
    // At least one picture a minute, whatever happens.
    expect(toll.states['succeeded'] ?? 0).toBeGreaterThanOrEqual(Math.floor(toll.seconds / 60));
  },
);
