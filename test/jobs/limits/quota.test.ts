import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_WINDOW_MS, MINUTE_WINDOW_MS, permitTime, type Constraints } from '../../../src/jobs/limits/quota.ts';
import { constantSteps, type Limit } from '../../../src/jobs/limits/sliding-window.ts';
import { pacesAfterHits } from '../../../src/jobs/limits/rate-limit-backoff.ts';

const NOW = 1_000_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface Situation {
  readonly now?: number;
  readonly cooldownUntil?: number;
  readonly perMinute?: number;
  readonly steps?: Limit['steps'];
  readonly recent?: readonly number[];
  /** Limits over a day: allowed requests, and times from which the used ones count. */
  readonly days?: readonly { readonly most: number; readonly oldest?: readonly number[] }[];
}

const onces = (times: readonly number[]) => times.map((from) => ({ from, takes: 1 }));

const constraints = ({
  now = NOW,
  cooldownUntil,
  perMinute = 4,
  steps,
  recent = [],
  days = [],
}: Situation): Constraints => ({
  now,
  cooldownUntil,
  limits: [
    {
      windowMs: MINUTE_WINDOW_MS,
      steps: steps ?? constantSteps(perMinute),
      used: recent.length,
      oldest: onces(recent),
    },
    ...days.map(({ most, oldest = [] }) => {
      return { windowMs: DAY_WINDOW_MS, steps: constantSteps(most), used: oldest.length, oldest: onces(oldest) };
    }),
  ],
});

describe('the time of a permit', () => {
  test('is now while the minute has room', () => {
    expect(permitTime(constraints({ recent: [999_000, 999_500, 999_900] }), 0, 500)).toBe(1_000_000);
  });

  test('is when the oldest permit of a full minute leaves the window, margin included', () => {
    const recent = [980_000, 990_000, 995_000, 999_000];
    expect(permitTime(constraints({ recent }), 0, 500)).toBe(980_000 + MINUTE_WINDOW_MS);
    expect(permitTime(constraints({ recent }), 1, 500)).toBe(990_000 + MINUTE_WINDOW_MS);
  });

  test('follows the jobs ahead, one block of the quota after the other', () => {
    expect(permitTime(constraints({}), 3, 500)).toBe(1_000_000);
    expect(permitTime(constraints({}), 4, 500)).toBe(1_000_000 + 500 + MINUTE_WINDOW_MS);
    expect(permitTime(constraints({}), 8, 500)).toBe(1_000_000 + 2 * (500 + MINUTE_WINDOW_MS));
  });

  test('is not before the end of a cooldown, however empty the window is', () => {
    expect(permitTime(constraints({ cooldownUntil: 1_030_000 }), 0, 500)).toBe(1_030_000);
    expect(permitTime(constraints({ cooldownUntil: 900_000 }), 0, 500)).toBe(1_000_000);
  });

  test('is when the day has room again, where the day is used up', () => {
    const used = (count: number) => Array.from({ length: count }, (_, n) => NOW - 9 * MINUTE + n * 1_000);
    const day = (count: number) => constraints({ days: [{ most: 100, oldest: used(count) }] });
    expect(permitTime(day(99), 0, 500)).toBe(NOW);
    expect(permitTime(day(100), 0, 500)).toBe(NOW - 9 * MINUTE + DAY_WINDOW_MS);
    // The second of them leaves a second later.
    expect(permitTime(day(100), 1, 500)).toBe(NOW - 9 * MINUTE + 1_000 + DAY_WINDOW_MS);
    expect(permitTime(day(99), 1, 500)).toBe(NOW - 9 * MINUTE + DAY_WINDOW_MS);
  });

  test('is days away for a queue longer than a day, minute by minute within each day', () => {
    const days = [{ most: 100 }];
    expect((permitTime(constraints({ days }), 999, 500) - NOW) / DAY).toBeCloseTo(9 + (24 * 62.5) / 86_400, 2);
    expect(permitTime(constraints({ days: [{ most: 0 }] }), 0, 500)).toBe(Infinity);
  });

  test('follows a pace that rises again after 429s', () => {
    // Two a minute until minute 11, then 3, 4, … up to 8.
    const steps = pacesAfterHits({ count: 3, lastAt: NOW }, 8);
    expect(permitTime(constraints({ steps }), 1, 0)).toBe(NOW);
    const start = (ahead: number) => (permitTime(constraints({ steps }), ahead, 0) - NOW) / MINUTE_WINDOW_MS;
    expect(start(20)).toBeCloseTo(10, 5);
    expect(start(22)).toBeCloseTo((11 * MINUTE) / MINUTE_WINDOW_MS, 5);
    expect(start(23)).toBeCloseTo(11, 5);
    expect(start(61)).toBeLessThan(18);
  });

  test('is never earlier with more jobs ahead, and never earlier than one of the limits allows', () => {
    const oldest = fc
      .array(fc.nat(DAY), { maxLength: 30 })
      .map((ages) => ages.map((age) => NOW - age).sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.integer({ min: 1, max: 50 }), oldest, (a, b, most, used) => {
        const at = (ahead: number, days: Situation['days'] = []) => permitTime(constraints({ days }), ahead, 700);
        const day = [{ most, oldest: used }];
        expect(at(Math.min(a, b), day)).toBeLessThanOrEqual(at(Math.max(a, b), day));
        expect(at(a, day)).toBeGreaterThanOrEqual(at(a));
      }),
      { numRuns: 200 },
    );
  });

  test('never lets more requests than the quota reach Adobe in any 60 seconds, whenever they arrive between grant and answer', () => {
    const arrival = fc.record({ gap: fc.nat(30_000), latency: fc.integer({ min: 1, max: 90_000 }), at: fc.nat(1000) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(arrival, { minLength: 8, maxLength: 40 }),
        (perMinute, all) => {
          const inFlight: { end: number; arrives: number }[] = [];
          let now = 0;
          for (const { gap, latency, at } of all) {
            now += gap;
            for (;;) {
              // A request in flight counts as now, as `Permits.ledger` has it.
              const recent = inFlight
                .map(({ end }) => Math.min(end, now))
                .filter((time) => time > now - MINUTE_WINDOW_MS);
              recent.sort((a, b) => a - b);
              const time = permitTime(constraints({ now, perMinute, recent }), 0, 0);
              if (time <= now) break;
              now = time;
            }
            inFlight.push({ end: now + latency, arrives: now + Math.floor((latency * at) / 1000) });
          }
          const arrivals = inFlight.map(({ arrives }) => arrives).sort((a, b) => a - b);
          for (const start of arrivals) {
            const within = arrivals.filter((time) => time >= start && time - start <= 60_000).length;
            expect(within).toBeLessThanOrEqual(perMinute);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
