import { loadSharp } from '../sharp.ts';
import { inPixels, type Mask, type Size } from './mask.ts';

/** Shrinks drawn masks to some ten kilobytes; higher levels take longer for little. */
const PNG_LEVEL = 6;

/** A mask as it is stored and sent: PNG, one channel of 8 bits, no metadata. */
export async function encodeMask(mask: Mask): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(mask.data, { raw: rawForm(mask) })
    .toColourspace('b-w')
    .png({ compressionLevel: PNG_LEVEL, palette: false })
    .toBuffer();
}

/** The same mask for a scaled copy of its picture. */
export async function scaleMask(mask: Mask, { width, height }: Size): Promise<Mask> {
  if (mask.width === width && mask.height === height) return mask;
  const sharp = await loadSharp();
  const { data, info } = await sharp(mask.data, { raw: rawForm(mask) })
    // Linear, since sharper kernels overshoot: a kept pixel beside an edge would open a little.
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 1 || info.width !== width || info.height !== height) {
    throw new Error(`a mask scaled to ${inPixels({ width, height })} came back as ${inPixels(info)}x${info.channels}`);
  }
  return { width, height, data };
}

function rawForm({ width, height }: Size): { width: number; height: number; channels: 1 } {
  return { width, height, channels: 1 };
}
