import { Problem } from '../../shared/errors.ts';
import type { Size } from '../size.ts';

export type { Size } from '../size.ts';

/**
 * The part of a picture that may be changed. One byte a pixel, row by row from the top left: 255 opens, 0 keeps, values
 * in between open in part. Firefly has this polarity too (docs/adobe-api.md#operations).
 */
export interface Mask extends Size {
  /** `width * height` bytes, never written to once the mask is made. */
  readonly data: Uint8Array;
}

/** Least value of a pixel that counts as open where it has to be either open or kept. */
export const HALF_OPEN = 128;

/** A mask that keeps everything. */
export function closedMask({ width, height }: Size): Mask {
  return { width, height, data: new Uint8Array(width * height) };
}

/**
 * Passes a mask of the picture's size on.
 * @throws Problem `mask_size` naming both sizes
 */
export function requireSameSize<Sized extends Size>(mask: Sized, picture: Size): Sized {
  if (mask.width === picture.width && mask.height === picture.height) return mask;
  throw new Problem('mask_size', `The mask has ${inPixels(mask)} pixels, the picture ${inPixels(picture)}.`, {
    next: 'Use a mask of exactly the picture’s size as displayed, or draw one with make_mask from this picture.',
  });
}

/** `4000x3000` */
export function inPixels({ width, height }: Size): string {
  return `${width}x${height}`;
}
