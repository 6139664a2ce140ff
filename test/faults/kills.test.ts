import { expect, it } from 'vitest';
import { storm } from './kills.ts';

it(
  'three real processes, killed at random while Adobe misbehaves: nothing lost, nothing paid twice',
  { timeout: 240_000 },
  async () => {
    const toll = await storm({
      kills: 25,
      limitMs: 60_000,
      processes: 3,
      lifeMs: [30, 3_000],
      relay: true,
      perMinute: 90,
      mostUnfinished: 8,
      faultEveryMs: 500,
      patient: false,
    });
    console.log(`kills: ${JSON.stringify(toll)}`);
    expect(toll).toMatchObject({ violations: [], impure: [], left: [], integrity: 'ok', audit: [] });
    expect(toll.kills).toBeGreaterThan(8);
    expect(toll.states['succeeded'] ?? 0).toBeGreaterThan(3);
  },
);
