import { expect, test } from 'vitest';
import { MOST_UPLOAD_BYTES as MOST_OF_CONTRACT } from '../../src/firefly/contract/upload.ts';
import * as limits from '../../src/images/limits.ts';
import { mediumOf, STILL_TYPES } from '../../src/images/media.ts';

test('the limit of an upload copy is that of the contract with Adobe, which this room may not import', () => {
  expect(limits.MOST_UPLOAD_BYTES).toBe(MOST_OF_CONTRACT);
});

test('a picture that has passed its own limit is never refused by the blob store', () => {
  const { MOST_FILE_BYTES, MOST_RESULT_BYTES, MOST_DATA_URI_BYTES, MOST_PIXELS } = limits;
  // A mask, of one byte a pixel, is about as large as its pixels where it compresses badly.
  const most = Math.max(MOST_FILE_BYTES, MOST_RESULT_BYTES, MOST_DATA_URI_BYTES, MOST_PIXELS);
  for (const type of STILL_TYPES) expect(mediumOf(type).mostBytes, type).toBeGreaterThan(most);
});
