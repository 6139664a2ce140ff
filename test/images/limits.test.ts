import { expect, test } from 'vitest';
import { PAID_ENDPOINTS } from '../../src/firefly/endpoints/registry.ts';
import * as limits from '../../src/images/limits.ts';
import { mediumOf, STILL_TYPES } from '../../src/images/media.ts';

test('a picture that has passed its own limit is never refused by the blob store', () => {
  const { MOST_FILE_BYTES, MOST_DATA_URI_BYTES, MOST_PIXELS } = limits;
  const results = Object.values(PAID_ENDPOINTS).map((endpoint) => endpoint.limits.result.mostBytes);
  // A mask, of one byte a pixel, is about as large as its pixels where it compresses badly.
  const most = Math.max(MOST_FILE_BYTES, ...results, MOST_DATA_URI_BYTES, MOST_PIXELS);
  for (const type of STILL_TYPES) expect(mediumOf(type).mostBytes, type).toBeGreaterThan(most);
});
