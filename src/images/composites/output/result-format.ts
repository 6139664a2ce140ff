import type { Size } from '../../masks/mask.ts';
import type { StillType } from '../../media.ts';

/**
 * Most pixels of a WebP that is written without loss. Its encoder takes some 18 bytes for each with the least effort, and 32
 * with more.
 */
const MOST_LOSSLESS_WEBP = 20_000_000;
const MOST_WITH_EFFORT = 10_000_000;

/** The format of a composite. */
export interface ResultFormat {
  readonly mimeType: StillType;
  /** A sentence where it is not the one that was wanted. */
  readonly notes: readonly string[];
}

/** The format that is wanted, or PNG in place of a WebP that would take too much memory. */
export function resultFormat(wanted: StillType, { width, height }: Size): ResultFormat {
  if (wanted !== 'image/webp' || width * height <= MOST_LOSSLESS_WEBP) return { mimeType: wanted, notes: [] };
  const note = `The picture is a PNG: of WebP without loss up to ${MOST_LOSSLESS_WEBP / 1e6} million pixels are written.`;
  return { mimeType: 'image/png', notes: [note] };
}

/** Effort of sharp for a WebP without loss, 0 to 6. */
export function losslessEffort({ width, height }: Size): number {
  return width * height > MOST_WITH_EFFORT ? 0 : 1;
}
