import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  always,
  DAY_WINDOW_MS,
  MINUTE_WINDOW_MS,
  permitTime,
  type Limit,
  type Outlook,
} from '../../../src/jobs/limits/quota.ts';
import { pacesAfterHits } from '../../../src/jobs/limits/rate-limit-backoff.ts';

const NOW = 1_000_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface Facts {
  readonly now?: number;
  readonly cooldownUntil?: number;
  readonly perMinute?: number;
  readonly steps?: Limit['steps'];
  readonly recent?: readonly number[];
  /** Limits of the day: what is allowed, and since when the used ones count. */
  readonly days?: readonly { readonly most: number; readonly oldest?: readonly number[] }[];
}

const outlook = ({ now = NOW, cooldownUntil, perMinute = 4, steps, recent = [], days = [] }: Facts): Outlook => ({
  now,
  cooldownUntil,
  limits: [
    { windowMs: MINUTE_WINDOW_MS, steps: steps ?? always(perMinute), used: recent.length, oldest: recent },
    ...days.map(({ most, oldest = [] }) => {
      return { windowMs: DAY_WINDOW_MS, steps: always(most), used: oldest.length, oldest };
    }),
  ],
});

describe('permitTime', () => {
  it('grants at once while the minute has room', () => {
    expect(permitTime(outlook({ recent: [999_000, 999_500, 999_900] }), 0, 500)).toBe(1_000_000);
  });

  it('waits until the oldest of a full minute has left, with its margin', () => {
    const recent = [980_000, 990_000, 995_000, 999_000];
    expect(permitTime(outlook({ recent }), 0, 500)).toBe(980_000 + MINUTE_WINDOW_MS);
    expect(permitTime(outlook({ recent }), 1, 500)).toBe(990_000 + MINUTE_WINDOW_MS);
  });

  it('counts those ahead, block by block', () => {
    expect(permitTime(outlook({}), 3, 500)).toBe(1_000_000);
    expect(permitTime(outlook({}), 4, 500)).toBe(1_000_000 + 500 + MINUTE_WINDOW_MS);
    expect(permitTime(outlook({}), 8, 500)).toBe(1_000_000 + 2 * (500 + MINUTE_WINDOW_MS));
  });

  it('keeps the gate closed after a 429, whatever the ledger says', () => {
    expect(permitTime(outlook({ cooldownUntil: 1_030_000 }), 0, 500)).toBe(1_030_000);
    expect(permitTime(outlook({ cooldownUntil: 900_000 }), 0, 500)).toBe(1_000_000);
  });

  it('stops at the day, and says when it has room again', () => {
    const used = (count: number) => Array.from({ length: count }, (_, n) => NOW - 9 * MINUTE + n * 1_000);
    const day = (count: number) => outlook({ days: [{ most: 100, oldest: used(count) }] });
    expect(permitTime(day(99), 0, 500)).toBe(NOW);
    expect(permitTime(day(100), 0, 500)).toBe(NOW - 9 * MINUTE + DAY_WINDOW_MS);
    // The second of them leaves a second later.
    expect(permitTime(day(100), 1, 500)).toBe(NOW - 9 * MINUTE + 1_000 + DAY_WINDOW_MS);
    expect(permitTime(day(99), 1, 500)).toBe(NOW - 9 * MINUTE + DAY_WINDOW_MS);
  });

  it('goes on for as many days as it takes, minute by minute within each', () => {
    const days = [{ most: 100 }];
    expect((permitTime(outlook({ days }), 999, 500) - NOW) / DAY).toBeCloseTo(9 + (24 * 62.5) / 86_400, 2);
    expect(permitTime(outlook({ days: [{ most: 0 }] }), 0, 500)).toBe(Infinity);
  });

  it('follows a pace that rises again after 429s', () => {
    // Two a minute until minute 11, then 3, 4, … up to 8.
    const steps = pacesAfterHits({ count: 3, lastAt: NOW }, 8);
    expect(permitTime(outlook({ steps }), 1, 0)).toBe(NOW);
    const start = (ahead: number) => (permitTime(outlook({ steps }), ahead, 0) - NOW) / MINUTE_WINDOW_MS;
    expect(start(20)).toBeCloseTo(10, 5);
    expect(start(22)).toBeCloseTo((11 * MINUTE) / MINUTE_WINDOW_MS, 5);
    expect(start(23)).toBeCloseTo(11, 5);
    expect(start(61)).toBeLessThan(18);
  });

  it('never comes earlier for more ahead, and never before a limit alone would allow', () => {
    const oldest = fc
      .array(fc.nat(DAY), { maxLength: 30 })
      .map((ages) => ages.map((age) => NOW - age).sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.integer({ min: 1, max: 50 }), oldest, (a, b, most, used) => {
        const at = (ahead: number, days: Facts['days'] = []) => permitTime(outlook({ days }), ahead, 700);
        const day = [{ most, oldest: used }];
        expect(at(Math.min(a, b), day)).toBeLessThanOrEqual(at(Math.max(a, b), day));
        expect(at(a, day)).toBeGreaterThanOrEqual(at(a));
      }),
      { numRuns: 200 },
    );
  });

  it('never lets more than the quota reach Adobe in any 60 seconds, wherever between grant and answer it arrives', () => {
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
              const time = permitTime(outlook({ now, perMinute, recent }), 0, 0);
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
