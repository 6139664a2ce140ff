import { describe, expect, test } from 'vitest';
import { wholeBox } from '../../../src/images/composites/box.ts';
import { lay } from '../../../src/images/composites/pixels/lay.ts';
import { exchange, toUpright, uprightBox } from '../../../src/images/composites/pixels/orientation.ts';

const STORED = { width: 7, height: 5 };
const pixels = new Uint8Array(STORED.width * STORED.height * 3).map((_, at) => at);

describe('rows of a picture as it is stored', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('make the upright picture, strip by strip (orientation %d)', (how) => {
    const upright = exchange(STORED, how);
    const result = new Uint8Array(pixels.length);
    for (let top = 0; top < STORED.height; top += 2) {
      const bottom = Math.min(STORED.height, top + 2);
      const strip = { left: 0, top, right: STORED.width, bottom };
      const data = pixels.subarray(top * STORED.width * 3, bottom * STORED.width * 3);
      const turned = toUpright({ data, width: STORED.width, height: bottom - top, channels: 3 }, how);
      lay(result, turned, { width: upright.width, box: uprightBox(strip, STORED, how), channels: 3 });
    }
    expect([...result]).toEqual([...toUpright({ data: pixels, ...STORED, channels: 3 }, how)]);
    expect(uprightBox(wholeBox(STORED), STORED, how)).toEqual(wholeBox(upright));
  });
});
