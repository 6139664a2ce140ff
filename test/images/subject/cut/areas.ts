import fc from 'fast-check';
import type { Area } from '../../../../src/images/subject/types.ts';

/** Small areas of any form. */
export const areas: fc.Arbitrary<Area> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .array(fc.constantFrom(0, 0, 1), { minLength: width * height, maxLength: width * height })
      .map((data) => ({ width, height, data: Uint8Array.from(data) })),
  );

/** An area as it is drawn: `#` belongs. */
export function areaOf(...rows: readonly string[]): Area {
  const data = Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0));
  return { width: rows[0]!.length, height: rows.length, data };
}

/** The rows of an area, as `areaOf` takes them. */
export function rowsOf({ width, height, data }: Area): readonly string[] {
  return Array.from({ length: height }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].map((value) => (value === 1 ? '#' : '.')).join(''),
  );
}
