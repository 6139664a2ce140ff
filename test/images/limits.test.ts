import { expect, test } from 'vitest';
import { PAID_ENDPOINTS } from '../../src/firefly/endpoints/registry.ts';
import * as limits from '../../src/images/limits.ts';
import { MEDIA_TYPES, mediumOf } from '../../src/images/media.ts';

test('a picture or video that has passed its own limit is never refused by the blob store', () => {
  const { MOST_FILE_BYTES, MOST_DATA_URI_BYTES, MOST_PIXELS } = limits;
  for (const type of MEDIA_TYPES) {
    const { kind, mostBytes } = mediumOf(type);
    const results = Object.values(PAID_ENDPOINTS)
      .map((endpoint) => endpoint.limits.result)
      .filter(({ media }) => media === kind);
    expect(results).not.toEqual([]);
    // A mask, of one byte a pixel, is about as large as its pixels where it compresses badly.
    const given = kind === 'still' ? [MOST_FILE_BYTES, MOST_DATA_URI_BYTES, MOST_PIXELS] : [];
    expect(mostBytes, type).toBeGreaterThan(Math.max(...results.map((result) => result.mostBytes), ...given));
  }
});
