import { describe, expect, it } from 'vitest';
import { storm, type Storm } from './kills.ts';

const KILLS = Number(process.env['KILLS'] ?? 10_000);
const MINUTES = Number(process.env['MINUTES'] ?? 10);
const CLEAN = { violations: [], impure: [], left: [], integrity: 'ok', audit: [] } as const;

const WILD: Storm = {
  kills: KILLS,
  limitMs: MINUTES * 60_000,
  processes: 3,
  lifeMs: [50, 2_500],
  relay: true,
  perMinute: 150,
  mostUnfinished: 24,
  faultEveryMs: 500,
  patient: true,
};

it(
  `C03: three real processes, killed at random: ${KILLS} times, or for ${MINUTES} minutes`,
  { timeout: (MINUTES + 10) * 60_000 },
  async () => {
    const toll = await storm(WILD);
    console.log(`soak: ${JSON.stringify(toll, undefined, 2)}`);
    expect(toll).toMatchObject(CLEAN);
    // At least one picture a minute, whatever happens.
    expect(toll.states['succeeded'] ?? 0).toBeGreaterThanOrEqual(Math.floor(toll.seconds / 60));
  },
);

/** Nothing goes wrong at Adobe, so that nothing may be held against a job. */
const CALM = {
  relay: false,
  faultEveryMs: undefined,
  patient: false,
  mostUnfinished: 0,
  headStart: 12,
  limitMs: MINUTES * 60_000,
};

describe('processes that are killed while they start', () => {
  it.each<[string, Partial<Storm>]>([
    ['C05: within 500 ms, 500 times', { processes: 2, lifeMs: [50, 500], kills: Math.min(KILLS, 500) }],
    [
      'C07: every 200 ms, for ten minutes',
      { lifeMs: [200, 200], kills: KILLS, limitMs: Math.min(MINUTES, 10) * 60_000 },
    ],
  ])('%s: every job is done within three minutes', { timeout: (MINUTES + 10) * 60_000 }, async (name, change) => {
    const toll = await storm({ ...WILD, ...CALM, ...change });
    console.log(`${name}: ${JSON.stringify(toll)}`);
    expect(toll).toMatchObject({ ...CLEAN, failures: 0 });
    expect(toll.jobs).toBe(12);
  });
});
