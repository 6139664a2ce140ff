import { loadSharp } from '../sharp.ts';
import { inPixels, type Mask, type Size } from './mask.ts';

/** Compression of PNG. Drawn masks take some ten kilobytes; higher levels gain little for their time. */
const PNG_LEVEL = 6;

/** Encodes a mask as it is stored and sent: PNG, one channel of 8 bits, no metadata. */
export async function encodeMask(mask: Mask): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(mask.data, { raw: rawForm(mask) })
    .toColourspace('b-w')
    .png({ compressionLevel: PNG_LEVEL, palette: false })
    .toBuffer();
}

/** Scales a mask to the size of an upload copy of its picture. */
export async function scaleMask(mask: Mask, { width, height }: Size): Promise<Mask> {
  if (mask.width === width && mask.height === height) return mask;
  const sharp = await loadSharp();
  const { data, info } = await sharp(mask.data, { raw: rawForm(mask) })
    // Sharper kernels than the linear one overshoot: a kept pixel beside an edge would open a little.
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 1 || info.width !== width || info.height !== height) {
    throw new Error(`expected a mask of ${inPixels({ width, height })}, got ${inPixels(info)}x${info.channels}`);
  }
  return { width, height, data };
}

function rawForm({ width, height }: Size): { width: number; height: number; channels: 1 } {
  return { width, height, channels: 1 };
}
