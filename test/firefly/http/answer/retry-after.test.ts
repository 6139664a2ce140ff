import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRetryAfter } from '../../../../src/firefly/http/answer/retry-after.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);
const DAY = 86_400_000;

describe('a Retry-After header', () => {
  test.each([
    ['0', 0],
    ['7', 7_000],
    [' 30 ', 30_000],
    ['1.5', 1_500],
    ['1000000000', DAY],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['Friday, 20-Nov-26 12:01:00 GMT', 60_000],
    ['Fri Nov 20 12:00:05 2026', 5_000],
    ['2026-11-20T12:00:10Z', 10_000],
    ['2026-11-20T13:00:10+01:00', 10_000],
    ['Fri, 20 Nov 2099 12:00:00 GMT', DAY],
    [['9', '10'], 9_000],
  ])('of %j is %d ms', (header, expected) => {
    expect(parseRetryAfter(header, NOW)).toBe(expected);
  });

  test.each([undefined, '', ' ', '-5', '1e9', 'soon', '5 apples', 'Fri, 99 Nov 2026 12:00:00 GMT', 'NaN', '0x10', []])(
    'of %j is ignored',
    (header) => {
      expect(parseRetryAfter(header, NOW)).toBeUndefined();
    },
  );

  test('of any text is ignored or 0 to 24 hours', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (header, now) => {
        const ms = parseRetryAfter(header, now);
        return ms === undefined || (ms >= 0 && ms <= DAY);
      }),
    );
  });
});
