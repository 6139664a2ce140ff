import { setImmediate } from 'node:timers/promises';
import type { Sharp } from 'sharp';
import type { Rectangle } from '../rules/placement.ts';
import { type Decoded, decodeMask, decodePicture, type DecodedMask, invertMask } from './decode.ts';
import { drawScene } from './encode.ts';
import type { Edit, GivenMask, PictureSpec } from './picture.ts';
import { drawLabel } from './label.ts';

/** Rows between two pauses, so that a large picture does not hold up the event loop. */
const BAND = 128;

type Encode = (picture: Sharp) => Sharp;

/** What is kept must not change on its way: PNG and WebP without loss, JPEG as near as it comes. */
const ENCODERS: Readonly<Record<PictureSpec['format'], Encode>> = {
  jpeg: (picture) => picture.flatten().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
  png: (picture) => picture.png({ compressionLevel: 3 }),
  webp: (picture) => picture.webp({ lossless: true, effort: 0 }),
};

/**
 * A picture made from another one: the source where it lies and the mask is black, a scene for the prompt where it is
 * white or there is no source, and blended in between. A source that is not scaled keeps its very pixels.
 * @throws PictureGone
 */
export async function drawEdit(spec: PictureSpec, edit: Edit): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { width, height } = spec;
  const source = await scaled(await decodePicture(await edit.source.read()), edit.place);
  const opening = edit.mask ? await maskFor(edit.mask, spec) : around(edit.place, spec);
  const scene = await drawScene(spec);
  drawLabel(spec, scene, opening);
  const { channels } = source;
  const data = await compose({ scene, opening, source, place: edit.place });
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

/** The mask in the size of the result, white open. */
async function maskFor({ picture, invert }: GivenMask, { width, height }: PictureSpec): Promise<DecodedMask> {
  const mask = await decodeMask(await picture.read());
  if (invert) invertMask(mask);
  if (mask.width === width && mask.height === height) return mask;
  const { default: sharp } = await import('sharp');
  const raw = { width: mask.width, height: mask.height, channels: 1 } as const;
  const resized = sharp(mask.data, { raw }).resize(width, height, { fit: 'fill' });
  return { width, height, data: await resized.toColourspace('b-w').raw().toBuffer() };
}

/** Open everywhere but where the source lies. */
function around(place: Rectangle, { width, height }: PictureSpec): DecodedMask {
  const data = new Uint8Array(width * height).fill(255);
  for (let y = place.top; y < place.top + place.height; y += 1) {
    data.fill(0, y * width + place.left, y * width + place.left + place.width);
  }
  return { width, height, data };
}

interface Layers {
  /** Red, green, blue, in the size of the result. */
  readonly scene: Uint8Array;
  readonly opening: DecodedMask;
  /** In the size of `place`. */
  readonly source: Decoded;
  readonly place: Rectangle;
}

/** Lays the source over the scene. The result has the channels of the source. */
async function compose({ scene, opening, source, place }: Layers): Promise<Uint8Array> {
  const { channels } = source;
  const { width, height } = opening;
  const result = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y += 1) {
    if (y % BAND === BAND - 1) await setImmediate();
    const inside = y >= place.top && y < place.top + place.height;
    for (let x = 0; x < width; x += 1) {
      const pixel = y * width + x;
      const covered = inside && x >= place.left && x < place.left + place.width;
      const share = covered ? (opening.data[pixel] ?? 0) / 255 : 1;
      const from = covered ? ((y - place.top) * place.width + (x - place.left)) * channels : 0;
      for (let channel = 0; channel < channels; channel += 1) {
        const fresh = channel === 3 ? 255 : (scene[pixel * 3 + channel] ?? 0);
        const kept = source.data[from + channel] ?? 0;
        result[pixel * channels + channel] = Math.round(kept + (fresh - kept) * share);
      }
    }
  }
  return result;
}
