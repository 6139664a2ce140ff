import type { Sharp, SharpOptions } from 'sharp';
import { drawMark } from './mark/mark.ts';
import type { PictureSpec } from './picture.ts';
import { paintScene } from './scene/scene.ts';

type Encode = (picture: Sharp) => Sharp;

const ENCODERS: Readonly<Record<PictureSpec['format'], Encode>> = {
  jpeg: (picture) => picture.jpeg({ quality: 88 }),
  png: (picture) => picture.png({ compressionLevel: 3 }),
  webp: (picture) => picture.webp({ quality: 82, effort: 1 }),
};

/**
 * Draws and encodes a whole picture with its mark; equal specs give equal bytes. Sharp receives raw pixels, so drawing
 * works with every loader but JPEG, PNG and WebP blocked. Scaling and encoding run on sharp's threads; painting blocks
 * the event loop for tens of milliseconds at most.
 */
export async function drawPicture(spec: PictureSpec): Promise<Uint8Array> {
  const pixels = await drawScene(spec);
  // After scaling: letters that are scaled up would be blurred.
  drawMark(spec, pixels);
  return encodePixels(spec, pixels);
}

/** Encodes RGB pixels in the size and format of the picture. */
export async function encodePixels({ width, height, format }: PictureSpec, pixels: Uint8Array): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return ENCODERS[format](sharp(pixels, raw(width, height))).toBuffer();
}

/** The scene for a prompt, in the size of the picture and without a mark: RGB, row by row. */
export async function drawScene(spec: PictureSpec): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const scene = paintScene(spec);
  return sharp(scene.data, raw(scene.width, scene.height))
    .resize(spec.width, spec.height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
}

function raw(width: number, height: number): SharpOptions {
  return { raw: { width, height, channels: 3 } };
}
