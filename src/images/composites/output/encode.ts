import type { Sharp } from 'sharp';
import type { StillType } from '../../media.ts';
import type { Size } from '../../masks/mask.ts';
import { attachToJpeg } from '../metadata/attach-jpeg.ts';
import { attachToPng } from '../metadata/attach-png.ts';
import { attachToWebp } from '../metadata/attach-webp.ts';
import type { Carried } from '../metadata/carried.ts';
import type { JpegEncoding } from './jpeg-quality.ts';
import { losslessEffort } from './result-format.ts';

/** Effort of deflate: higher levels take several times as long for a few percent. */
const PNG_LEVEL = 2;

/** How pixels are encoded. */
export interface Encoding extends Size {
  readonly mimeType: StillType;
  readonly hasAlpha: boolean;
  readonly jpeg: JpegEncoding;
}

/** Encodes pixels, PNG and WebP without loss, and attaches what is carried over in place of all other metadata. */
export async function encodePixels(pixels: Sharp, encoding: Encoding, carried: Carried): Promise<Uint8Array> {
  if (encoding.mimeType === 'image/png') {
    return attachToPng(await pixels.png({ compressionLevel: PNG_LEVEL, palette: false }).toBuffer(), carried);
  }
  if (encoding.mimeType === 'image/webp') {
    // `exact` keeps the colours of transparent pixels.
    const options = { lossless: true, exact: true, effort: losslessEffort(encoding) };
    return attachToWebp(await pixels.webp(options).toBuffer(), carried, encoding);
  }
  const { quality, chromaSubsampling } = encoding.jpeg;
  // Optimised Huffman codes need all coefficients in memory: a quarter of a gigabyte at 24 megapixels.
  const options = { quality, chromaSubsampling, optimiseCoding: false };
  return attachToJpeg(await pixels.flatten().jpeg(options).toBuffer(), carried);
}
