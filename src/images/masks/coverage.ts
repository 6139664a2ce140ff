import { Problem } from '../../shared/errors.ts';
import { HALF_OPEN, type Mask } from './mask.ts';
import { inBands, type YieldNow } from './pace.ts';

/** The open part of a mask. */
export interface Coverage {
  /** Share of the picture that is open, 0 to 1; soft pixels count in part. */
  readonly share: number;
  /** The smallest box, in whole pixels, around all pixels that are at least half open; undefined without any. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | undefined;
  /** True where every pixel is at least half open. */
  readonly isFull: boolean;
}

/** Measures the open part of a mask. */
export async function measureCoverage(mask: Mask, yieldNow: YieldNow): Promise<Coverage> {
  const { width, height, data } = mask;
  let sum = 0;
  let open = 0;
  const box = { left: width, top: height, right: -1, bottom: -1 };
  await inBands(height, width, yieldNow, (from, to) => {
    for (let y = from; y < to; y++) {
      const row = data.subarray(y * width, (y + 1) * width);
      const openBefore = open;
      for (const value of row) {
        sum += value;
        if (value >= HALF_OPEN) open++;
      }
      if (open === openBefore) continue;
      // Only pixels that would widen the box are read.
      for (let x = 0; x < box.left; x++) if ((row[x] ?? 0) >= HALF_OPEN) box.left = x;
      for (let x = width - 1; x > box.right; x--) if ((row[x] ?? 0) >= HALF_OPEN) box.right = x;
      box.top = Math.min(box.top, y);
      box.bottom = y;
    }
  });
  return {
    share: sum / (255 * data.length),
    box: open === 0 ? undefined : sized(box),
    isFull: open === data.length,
  };
}

/**
 * Refuses a mask that opens nothing: a fill with it would be paid for and change nothing.
 * @param inverted the mask is used inverted, so that it opens what is less than half open
 * @throws Problem `mask_empty`
 */
export function requireOpen({ box, isFull }: Coverage, inverted = false): void {
  if (inverted ? !isFull : box !== undefined) return;
  throw new Problem('mask_empty', 'This mask opens no part of the picture.', {
    next: 'Say what is to change with larger shapes, a smaller negative grow, or the other way round with invert.',
  });
}

/** Warnings about a mask that is valid and probably a mistake. */
export function coverageWarnings({ isFull }: Coverage): readonly string[] {
  return isFull ? ['This mask opens the whole picture: nothing of it will be kept.'] : [];
}

function sized({ left, top, right, bottom }: { left: number; top: number; right: number; bottom: number }) {
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
