import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pollDelay } from '../../../src/jobs/engine/poll-delay.ts';
import { systemRandom } from '../../../src/shared/random.ts';

const middle = { ...systemRandom, float: () => 0.5 };

describe('the delay of a poll', () => {
  test('the delay is at least 300 ms and at most 15 minutes, whatever the input', () => {
    const facts = fc.record({
      elapsedMs: fc.nat(10_000_000),
      polls: fc.nat(1000),
      typicalMs: fc.option(fc.nat(10_000_000), { nil: undefined }),
      retryAfterMs: fc.option(fc.integer({ min: -1000, max: 2 ** 31 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const delay = pollDelay(given, systemRandom);
        expect(delay).toBeGreaterThanOrEqual(300);
        expect(delay).toBeLessThanOrEqual(15 * 60_000);
      }),
    );
  });

  test('the delay grows by half each time while no duration is known', () => {
    const delays = [0, 1, 2, 3, 9].map((polls) =>
      Math.round(pollDelay({ elapsedMs: 0, polls, typicalMs: undefined, retryAfterMs: undefined }, middle)),
    );
    expect(delays).toEqual([1000, 1500, 2250, 3375, 10000]);
  });

  test('the delay ends shortly before the typical end, then is short', () => {
    const at = (elapsedMs: number) =>
      pollDelay({ elapsedMs, polls: 1, typicalMs: 8_000, retryAfterMs: undefined }, middle);
    expect(at(0)).toBeCloseTo(7_200);
    expect(at(7_200)).toBeCloseTo(1_200);
  });

  test('the first delay is half the typical duration', () => {
    const first = (typicalMs: number) =>
      pollDelay({ elapsedMs: 0, polls: 0, typicalMs, retryAfterMs: undefined }, middle);
    expect(first(8_000)).toBeCloseTo(4_000);
  });

  test('the delay is that of Retry-After where Adobe sends one', () => {
    expect(pollDelay({ elapsedMs: 0, polls: 0, typicalMs: 500, retryAfterMs: 7_000 }, middle)).toBe(7_000);
  });
});
