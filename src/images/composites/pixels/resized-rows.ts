import type { Size } from '../../masks/mask.ts';
import { loadSharp } from '../../sharp.ts';

/** Pixels of eight bits, rows without padding. */
interface Pixels {
  readonly data: Uint8Array;
  readonly size: Size;
  readonly channels: 1 | 3;
}

/** Pixels of a result that are resized at once. */
export const PIXELS_AT_ONCE = 1_000_000;
/** Bands of as many pixels after which the memory of earlier ones is to be free. */
export const BANDS_AT_ONCE = 16;

/**
 * Rows of a picture as they are in another size, so that it never has that size in memory. The given memory where it has
 * that size already.
 */
export async function resizedRows(
  { data, size, channels }: Pixels,
  { width, height }: Size,
  {
    top,
    bottom,
    kernel,
  }: { readonly top: number; readonly bottom: number; readonly kernel: 'cubic' | 'linear' | 'lanczos3' },
): Promise<Uint8Array> {
  if (size.width === width && size.height === height) {
    return data.subarray(top * width * channels, bottom * width * channels);
  }
  const sharp = await loadSharp();
  const { data: rows, info } = await sharp(data, { raw: { ...size, channels } })
    .resize(width, height, { fit: 'fill', kernel })
    .extract({ left: 0, top, width, height: bottom - top })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== channels) throw new Error(`expected ${channels} channels, got ${info.channels}`);
  return rows;
}
