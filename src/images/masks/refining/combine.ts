import { closedMask, requireSameSize, type Mask, type Size } from '../mask.ts';
import { inBands, type YieldNow } from '../pace.ts';

/** Inverts a mask: open pixels are kept, kept ones are open. */
export async function invert(mask: Mask, yieldNow: YieldNow): Promise<Mask> {
  const { width, height, data } = mask;
  const inverted = new Uint8Array(data.length);
  await inBands(height, width, yieldNow, (from, to) => {
    for (let i = from * width; i < to * width; i++) inverted[i] = 255 - (data[i] ?? 0);
  });
  return { width, height, data: inverted };
}

/** How a part of a mask is joined with what is before it. */
export type Joining = 'add' | 'subtract' | 'intersect';

/** What a joined pixel opens, by what it opened before and in the part. */
const JOINED: Readonly<Record<Joining, (before: number, part: number) => number>> = {
  add: Math.max,
  subtract: (before, part) => Math.min(before, 255 - part),
  intersect: Math.min,
};

/**
 * Joins two masks: `add` opens what either opens, `subtract` keeps what the other one opens, `intersect` opens what both do.
 * @throws Problem `mask_size`
 */
export async function join(mask: Mask, joining: Joining, other: Mask, yieldNow: YieldNow): Promise<Mask> {
  requireSameSize(other, mask);
  const { width, height, data } = mask;
  const joined = new Uint8Array(data.length);
  const pixel = JOINED[joining];
  await inBands(height, width, yieldNow, (from, to) => {
    for (let i = from * width; i < to * width; i++) joined[i] = pixel(data[i] ?? 0, other.data[i] ?? 0);
  });
  return { width, height, data: joined };
}

/** A mask of a part of a picture. */
export interface PlacedMask {
  readonly left: number;
  readonly top: number;
  readonly mask: Mask;
}

/** A placed mask at the size of its picture: what is around it is kept. */
export async function placeMask({ left, top, mask }: PlacedMask, picture: Size, yieldNow: YieldNow): Promise<Mask> {
  const placed = closedMask(picture);
  await inBands(mask.height, mask.width, yieldNow, (from, to) => {
    for (let y = from; y < to; y++) {
      const row = mask.data.subarray(y * mask.width, (y + 1) * mask.width);
      placed.data.set(row, (top + y) * picture.width + left);
    }
  });
  return placed;
}
