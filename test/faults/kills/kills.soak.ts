import { describe, expect, test } from 'vitest';
import { killAtRandom, type KillPlan } from './kills.ts';

const KILLS = Number(process.env['KILLS'] ?? 10_000);
const MINUTES = Number(process.env['MINUTES'] ?? 10);
const CLEAN = { violations: [], impure: [], left: [], integrity: 'ok', audit: [] } as const;

const WILD: KillPlan = {
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

test(
  `three real processes that are killed at random lose nothing and pay nothing twice: ${KILLS} kills, or ${MINUTES} minutes`,
  { timeout: (MINUTES + 10) * 60_000 },
  async () => {
    const report = await killAtRandom(WILD);
    console.log(`soak: ${JSON.stringify(report, undefined, 2)}`);
    expect(report).toMatchObject(CLEAN);
    // At least one picture a minute, whatever happens.
    expect(report.states['succeeded'] ?? 0).toBeGreaterThanOrEqual(Math.floor(report.seconds / 60));
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
  test.each<[string, Partial<KillPlan>]>([
    ['within 500 ms, 500 times', { processes: 2, lifeMs: [50, 500], kills: Math.min(KILLS, 500) }],
    ['every 200 ms, for ten minutes', { lifeMs: [200, 200], kills: KILLS, limitMs: Math.min(MINUTES, 10) * 60_000 }],
  ])('finish every job within three minutes: %s', { timeout: (MINUTES + 10) * 60_000 }, async (name, change) => {
    const report = await killAtRandom({ ...WILD, ...CALM, ...change });
    console.log(`${name}: ${JSON.stringify(report)}`);
    expect(report).toMatchObject({ ...CLEAN, failures: 0 });
    expect(report.jobs).toBe(12);
  });
});
