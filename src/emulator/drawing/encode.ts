import type { Sharp, SharpOptions } from 'sharp';
import { drawMark } from './mark.ts';
import type { PictureSpec } from './picture.ts';
import { paintScene } from './scene.ts';

type Encode = (picture: Sharp) => Sharp;

const ENCODERS: Readonly<Record<PictureSpec['format'], Encode>> = {
  jpeg: (picture) => picture.jpeg({ quality: 88 }),
  png: (picture) => picture.png({ compressionLevel: 3 }),
  webp: (picture) => picture.webp({ quality: 82, effort: 1 }),
};

/**
 * A whole picture in exactly its size: scene, mark, encoded; the same spec gives the same bytes. Pixels reach sharp
 * raw, so it works where every loader but JPEG, PNG and WebP is blocked. Scaling and encoding happen on sharp's
 * threads; painting and marking take the event loop for tens of milliseconds at most.
 */
export async function drawPicture(spec: PictureSpec): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const pixels = await drawScene(spec);
  // Marked after scaling, so that the letters are sharp.
  drawMark(spec, pixels);
  return ENCODERS[spec.format](sharp(pixels, raw(spec.width, spec.height))).toBuffer();
}

/** The scene for a prompt in exactly the size of the picture, without a mark: red, green, blue, row by row. */
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
