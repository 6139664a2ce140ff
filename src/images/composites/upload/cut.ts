import type { Sharp } from 'sharp';
import type { StillType } from '../../media.ts';
import { decoded, loadSharp, OPEN_OPTIONS } from '../../sharp.ts';
import type { Size } from '../../masks/mask.ts';
import { sizeOf, wholeBox, type Box } from '../box.ts';
import { extractionOf, readMask } from '../pixels/layers.ts';
import { exchange, storedBox, toUpright } from '../pixels/orientation.ts';
import { readSource, type Source } from '../pixels/source.ts';
import { placementOf, type Window } from '../window/window.ts';

/** Bytes above which a cut is sent as JPEG although its source is lossless. */
const MOST_LOSSLESS_BYTES = 8_000_000;
/** What is painted behind transparency. */
const BEHIND = '#808080';

/** An encoded picture. */
export interface Cut extends Size {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
}

/** What is sent for a fill: picture and mask in the window's size. */
export interface WindowCut {
  readonly picture: Cut;
  readonly mask: Cut;
}

interface Given {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
}

/** What the mask opens of the padding: what it opens of the picture there, or nothing. */
export type MaskPadding = 'mirrored' | 'closed';

/**
 * Cuts the window out of a picture and its mask (docs/exact-edits.md#window): upright, sRGB, without metadata. Padding is
 * the picture mirrored.
 * @param mask the mask as a grey picture of the picture's upright size
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function cutWindow(
  given: Given,
  mask: Uint8Array,
  window: Window,
  maskPadding: MaskPadding = 'mirrored',
): Promise<WindowCut> {
  const sharp = await loadSharp();
  const source = await readSource(given.bytes, given.mimeType);
  const { part, placed } = placementOf(window, source.upright);
  const size = sizeOf(placed);
  const { width, height } = window.size;
  const padding = {
    left: placed.left,
    top: placed.top,
    right: width - placed.right,
    bottom: height - placed.bottom,
  };
  const pixels = await readShown(source, part, size);
  const picture = sharp(pixels, { raw: { ...size, channels: 3 } }).extend({ ...padding, extendWith: 'mirror' });
  const open = await readMask(mask, part, size);
  const maskBytes = await sharp(open, { raw: { ...size, channels: 1 } })
    .extend(maskPadding === 'closed' ? { ...padding, background: '#000000' } : { ...padding, extendWith: 'mirror' })
    .toColourspace('b-w')
    .png({ compressionLevel: 6, palette: false })
    .toBuffer();
  return {
    picture: { ...(await encodeCut(picture, source.mimeType)), width, height },
    mask: { bytes: maskBytes, mimeType: 'image/png', width, height },
  };
}

/** The copy of a picture that is sent for an expansion: upright, sRGB, without metadata, in the size it is placed in. */
export async function cutForExpand(given: Given, placed: Box): Promise<Cut> {
  const sharp = await loadSharp();
  const source = await readSource(given.bytes, given.mimeType);
  const size = sizeOf(placed);
  const pixels = await readShown(source, wholeBox(source.upright), size);
  return { ...(await encodeCut(sharp(pixels, { raw: { ...size, channels: 3 } }), source.mimeType)), ...size };
}

/** A part of a picture as it is shown: upright, sRGB, over mid grey, scaled to a size. */
async function readShown(source: Source, part: Box, size: Size): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const { orientation, stored } = source;
  const storedSize = exchange(size, orientation);
  const shown = sharp(source.bytes, OPEN_OPTIONS)
    .extract(extractionOf(storedBox(part, stored, orientation)))
    .resize(storedSize.width, storedSize.height, { fit: 'fill', kernel: 'lanczos3' })
    .flatten({ background: BEHIND })
    .toColourspace('srgb')
    .raw();
  const { data, info } = await decoded(shown.toBuffer({ resolveWithObject: true }));
  if (info.channels !== 3) throw new Error(`expected 3 channels, got ${info.channels}`);
  return toUpright({ data, ...storedSize, channels: 3 }, orientation);
}

/** Lossless for a lossless source while that is small, else a JPEG that loses less than any answer does. */
async function encodeCut(picture: Sharp, own: StillType): Promise<Pick<Cut, 'bytes' | 'mimeType'>> {
  if (own !== 'image/jpeg') {
    const bytes = await picture.clone().png({ compressionLevel: 2, palette: false }).toBuffer();
    if (bytes.length <= MOST_LOSSLESS_BYTES) return { bytes, mimeType: 'image/png' };
  }
  const bytes = await picture.jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer();
  return { bytes, mimeType: 'image/jpeg' };
}
