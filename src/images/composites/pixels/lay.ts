import type { Box } from '../box.ts';

/** Where pixels are laid. */
interface Place {
  /** Pixels of a row of the target. */
  readonly width: number;
  /** The part of the target that they fill. */
  readonly box: Box;
  /** Bytes of a pixel. */
  readonly channels: number;
}

/** Lays pixels into a picture, in place. @returns the picture */
export function lay(target: Uint8Array, pixels: Uint8Array, { width, box, channels }: Place): Uint8Array {
  const length = (box.right - box.left) * channels;
  for (let y = box.top; y < box.bottom; y++) {
    const from = (y - box.top) * length;
    target.set(pixels.subarray(from, from + length), (y * width + box.left) * channels);
  }
  return target;
}
