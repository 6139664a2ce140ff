import { setImmediate } from 'node:timers/promises';
import type { Sharp } from 'sharp';
import { type Decoded, decodeMask, decodePicture, type DecodedMask, invertMask } from './decode.ts';
import { drawScene } from './encode.ts';
import type { Edit, GivenMask, PictureSpec, Rectangle } from './picture.ts';
import { drawLabel } from './label.ts';

/** Rows between two pauses, so that a large picture does not block the event loop. */
const BAND = 128;

type Encode = (picture: Sharp) => Sharp;

/** Kept pixels must survive encoding: PNG and WebP are lossless, JPEG is as close as possible. */
const ENCODERS: Readonly<Record<PictureSpec['format'], Encode>> = {
  jpeg: (picture) => picture.flatten().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
  png: (picture) => picture.png({ compressionLevel: 3 }),
  webp: (picture) => picture.webp({ lossless: true, effort: 0 }),
};

/**
 * Draws a picture that keeps parts of a source: source pixels where the mask is black, a scene for the prompt where the
 * mask is white or the source does not reach, a blend in between. An unscaled source keeps its exact pixels.
 * @throws PictureGone when the source or the mask is no longer in memory
 */
export async function drawEdit(spec: PictureSpec, edit: Edit): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { width, height } = spec;
  const source = await scaled(await decodePicture(await edit.source.read()), edit.position);
  const mask = edit.mask ? await maskFor(edit.mask, spec) : maskAround(edit.position, spec);
  const scene = await drawScene(spec);
  drawLabel(spec, scene, mask);
  const { channels } = source;
  const data = await compose({ scene, mask, source, position: edit.position });
  return ENCODERS[spec.format](sharp(data, { raw: { width, height, channels } })).toBuffer();
}

async function scaled(picture: Decoded, { width, height }: Rectangle): Promise<Decoded> {
  if (picture.width === width && picture.height === height) return picture;
  const { default: sharp } = await import('sharp');
  const { channels } = picture;
  const raw = { width: picture.width, height: picture.height, channels };
  const data = await sharp(picture.data, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer();
  return { width, height, channels, data };
}

/** The given mask, scaled to the size of the result; white is drawn anew. */
async function maskFor({ picture, invert }: GivenMask, { width, height }: PictureSpec): Promise<DecodedMask> {
  const mask = await decodeMask(await picture.read());
  if (invert) invertMask(mask);
  if (mask.width === width && mask.height === height) return mask;
  const { default: sharp } = await import('sharp');
  const raw = { width: mask.width, height: mask.height, channels: 1 } as const;
  const resized = sharp(mask.data, { raw }).resize(width, height, { fit: 'fill' });
  return { width, height, data: await resized.toColourspace('b-w').raw().toBuffer() };
}

/** The mask of an expand without one: white everywhere but under the source. */
function maskAround(position: Rectangle, { width, height }: PictureSpec): DecodedMask {
  const data = new Uint8Array(width * height).fill(255);
  for (let y = position.top; y < position.top + position.height; y += 1) {
    data.fill(0, y * width + position.left, y * width + position.left + position.width);
  }
  return { width, height, data };
}

interface Layers {
  /** RGB, in the size of the result. */
  readonly scene: Uint8Array;
  readonly mask: DecodedMask;
  /** In the size of `position`. */
  readonly source: Decoded;
  readonly position: Rectangle;
}

/** Lays the source over the scene through the mask. The result has the channels of the source. */
async function compose({ scene, mask, source, position }: Layers): Promise<Uint8Array> {
  const { channels } = source;
  const { width, height } = mask;
  const result = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y += 1) {
    if (y % BAND === BAND - 1) await setImmediate();
    const inside = y >= position.top && y < position.top + position.height;
    for (let x = 0; x < width; x += 1) {
      const pixel = y * width + x;
      const covered = inside && x >= position.left && x < position.left + position.width;
      const share = covered ? (mask.data[pixel] ?? 0) / 255 : 1;
      const from = covered ? ((y - position.top) * position.width + (x - position.left)) * channels : 0;
      for (let channel = 0; channel < channels; channel += 1) {
        const fresh = channel === 3 ? 255 : (scene[pixel * 3 + channel] ?? 0);
        const kept = source.data[from + channel] ?? 0;
        result[pixel * channels + channel] = Math.round(kept + (fresh - kept) * share);
      }
    }
  }
  return result;
}
