import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_WINDOW_MS, MINUTE_WINDOW_MS, permitTime, type Ledger } from '../../src/jobs/quota.ts';

const ledger = (facts: Partial<Ledger>): Ledger => ({
  now: 1_000_000,
  quota: { perMinute: 4, perDay: 9000 },
  recent: [],
  today: 0,
  dayFreeAt: undefined,
  heldUntil: undefined,
  ...facts,
});

describe('permitTime', () => {
  it('grants at once while the minute has room', () => {
    expect(permitTime(ledger({ recent: [999_000, 999_500, 999_900] }), 0, 500)).toBe(1_000_000);
  });

  it('waits until the oldest of a full minute has left, with its margin', () => {
    const recent = [980_000, 990_000, 995_000, 999_000];
    expect(permitTime(ledger({ recent }), 0, 500)).toBe(980_000 + MINUTE_WINDOW_MS);
    expect(permitTime(ledger({ recent }), 1, 500)).toBe(990_000 + MINUTE_WINDOW_MS);
  });

  it('counts those ahead, block by block', () => {
    expect(permitTime(ledger({}), 3, 500)).toBe(1_000_000);
    expect(permitTime(ledger({}), 4, 500)).toBe(1_000_000 + 500 + MINUTE_WINDOW_MS);
    expect(permitTime(ledger({}), 8, 500)).toBe(1_000_000 + 2 * (500 + MINUTE_WINDOW_MS));
  });

  it('keeps the gate closed after a 429, whatever the ledger says', () => {
    expect(permitTime(ledger({ heldUntil: 1_030_000 }), 0, 500)).toBe(1_030_000);
    expect(permitTime(ledger({ heldUntil: 900_000 }), 0, 500)).toBe(1_000_000);
  });

  it('stops at the day, and says when it has room again', () => {
    const full = ledger({ today: 9000, dayFreeAt: 1_700_000 });
    expect(permitTime(full, 0, 500)).toBe(1_700_000);
    expect(permitTime(ledger({ today: 8999 }), 0, 500)).toBe(1_000_000);
    expect(permitTime(ledger({ today: 8999 }), 1, 500)).toBe(1_000_000 + DAY_WINDOW_MS);
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
              const time = permitTime(ledger({ now, quota: { perMinute, perDay: 9000 }, recent }), 0, 0);
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
