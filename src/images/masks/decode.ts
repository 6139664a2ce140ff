import type { Metadata, Sharp } from 'sharp';
import { Problem } from '../../shared/errors.ts';
import { MEDIA_TYPES } from '../media.ts';
import { type Claimed, requirePixels, undecodable } from '../problems.ts';
import { decoded, loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import type { Mask } from './mask.ts';
import { noTransparency } from './sources.ts';

/**
 * Decodes the brightness of a picture, upright: white 255, black 0. Transparent pixels count as black.
 * @param bytes JPEG, PNG or WebP
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function decodeLuminance(bytes: Uint8Array): Promise<Mask> {
  return decodeChannel(bytes, (picture) => picture.flatten({ background: '#000' }).toColourspace('b-w'));
}

/**
 * Decodes the alpha channel of a picture, upright: 0 transparent, 255 opaque.
 * @param bytes PNG or WebP; a JPEG has no alpha channel
 * @throws Problem `no_transparency`, `picture_too_large`, `undecodable_picture`
 */
export async function decodeAlpha(bytes: Uint8Array): Promise<Mask> {
  return decodeChannel(bytes, (picture, { hasAlpha }) => {
    if (!hasAlpha) throw noTransparency();
    return picture.extractChannel('alpha');
  });
}

/** Whether any pixel of a picture is not opaque. @throws Problem `picture_too_large`, `undecodable_picture` */
export async function isTransparent(bytes: Uint8Array): Promise<boolean> {
  if (!(await readHeader(bytes)).hasAlpha) return false;
  return (await decodeAlpha(bytes)).data.some((alpha) => alpha < 255);
}

async function decodeChannel(bytes: Uint8Array, choose: (picture: Sharp, header: Metadata) => Sharp): Promise<Mask> {
  const sharp = await loadSharp();
  try {
    const header = await readHeader(bytes);
    const { data, info } = await choose(sharp(bytes, OPEN_OPTIONS).autoOrient(), header)
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 1) throw new Error(`expected one channel, got ${info.channels}`);
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw error instanceof Problem ? error : undecodable(error);
  }
}

/**
 * Reads the header alone, so that too many pixels are refused before any is decoded.
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function readHeader(bytes: Uint8Array): Promise<Metadata> {
  const sharp = await loadSharp();
  const header = await decoded(sharp(bytes, { ...OPEN_OPTIONS, limitInputPixels: false }).metadata());
  requirePixels(claimOf(header));
  return header;
}

/** What a header claims. The decoder names a format by its type without "image/". */
function claimOf({ width, height, format }: Metadata): Claimed {
  return { width, height, mimeType: MEDIA_TYPES.find((type) => type === `image/${format}`) };
}
