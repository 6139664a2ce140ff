import { expect, test } from 'vitest';
import { expiryOf } from '../../../../src/firefly/http/answer/expiry.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;

test.each([
  ['X-Amz-Date=20261120T113000Z&X-Amz-Expires=3600&X-Amz-Signature=x', NOW + HOUR / 2],
  ['x-amz-expires=60&x-amz-date=20261120T120000Z', NOW + 60_000],
  ['X-Goog-Date=20261120T120000Z&X-Goog-Expires=900', NOW + 900_000],
  ['se=2026-11-20T12%3A10%3A00Z&sig=x', NOW + 600_000],
  ['Expires=1795176060', 1_795_176_060_000],
  ['X-Amz-Date=20261120T100000Z&X-Amz-Expires=3600', NOW - HOUR],
  ['X-Amz-Date=garbage&X-Amz-Expires=3600', NOW + HOUR],
  ['X-Amz-Date=20269999T999999Z&X-Amz-Expires=3600', NOW + HOUR],
  ['X-Amz-Expires=3600', NOW + HOUR],
  ['se=tomorrow', NOW + HOUR],
  ['', NOW + HOUR],
])('the expiry of a URL with ?%s is read', (query, expected) => {
  expect(expiryOf(new URL(`https://storage.example/p.jpg?${query}`), NOW)).toBe(expected);
});
