import { Problem } from '../../shared/errors.ts';

/** Width and height in pixels, as displayed. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Which part of a picture may be changed. One byte a pixel, row by row from the top left: 255 opens, 0 keeps, values
 * between open in part. Firefly reads it the same way (reference: firefly-api §3, "white = regenerate, black = keep").
 */
export interface Mask extends Size {
  /** `width * height` bytes. Whoever holds a mask does not write to it. */
  readonly data: Uint8Array;
}

/** From this value on, a pixel counts as open where a decision between open and kept is needed. */
export const HALF_OPEN = 128;

/** A mask that keeps everything. */
export function closedMask({ width, height }: Size): Mask {
  return { width, height, data: new Uint8Array(width * height) };
}

/**
 * The same mask, if it fits the picture.
 * @throws Problem `mask_size` naming both sizes
 */
export function requireSameSize<Sized extends Size>(mask: Sized, picture: Size): Sized {
  if (mask.width === picture.width && mask.height === picture.height) return mask;
  throw new Problem('mask_size', `The mask has ${inPixels(mask)} pixels, the picture ${inPixels(picture)}.`, {
    actor: 'caller',
    next: 'Use a mask of exactly the picture’s size as displayed, or draw one with make_mask from this picture.',
  });
}

/** `4000x3000` */
export function inPixels({ width, height }: Size): string {
  return `${width}x${height}`;
}
