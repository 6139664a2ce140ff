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

  test('the delay is a second at first while no duration is known, then grows', () => {
    const delays = [0, 1, 8, 9, 10, 30].map((polls) =>
      Math.round(pollDelay({ elapsedMs: 0, polls, typicalMs: undefined, retryAfterMs: undefined }, middle)),
    );
    expect(delays).toEqual([1000, 1000, 1000, 1200, 1440, 10000]);
  });

  test('the first delay is three tenths of the typical duration', () => {
    expect(pollDelay({ elapsedMs: 0, polls: 0, typicalMs: 8_000, retryAfterMs: undefined }, middle)).toBeCloseTo(2_400);
  });

  test.each([
    ['a picture about its end', 8_000, 7_200, 1_020],
    ['a video about its end', 60_000, 55_000, 3_000],
    ['a picture that is overdue', 8_000, 22_000, 2_020],
  ])('%s is polled again after a delay that suits its kind', (_kind, typicalMs, elapsedMs, delay) => {
    expect(pollDelay({ elapsedMs, polls: 3, typicalMs, retryAfterMs: undefined }, middle)).toBeCloseTo(delay);
  });

  test.each([5_000, 8_000, 12_000, 60_000])(
    'a job of %i ms takes no more polls than one a second would',
    (typicalMs) => {
      for (const known of [typicalMs, undefined]) {
        let elapsedMs = 0;
        let polls = 0;
        for (; elapsedMs < typicalMs; polls += 1) {
          elapsedMs += pollDelay({ elapsedMs, polls, typicalMs: known, retryAfterMs: undefined }, middle);
        }
        expect(polls).toBeLessThanOrEqual(Math.ceil(typicalMs / 1_000));
      }
    },
  );

  test('the delay is that of Retry-After where Adobe sends one', () => {
    expect(pollDelay({ elapsedMs: 0, polls: 0, typicalMs: 500, retryAfterMs: 7_000 }, middle)).toBe(7_000);
  });
});
