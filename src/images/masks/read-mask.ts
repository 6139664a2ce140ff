import { Problem } from '../../shared/errors.ts';
import { requirePixels, undecodable } from '../problems.ts';
import { reclaimPixels } from '../reclaim.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import { decodeAlpha, decodeLuminance, hasAlphaChannel, readHeader } from './decode.ts';
import { HALF_OPEN, type Mask } from './mask.ts';

/** A picture that was given as a mask. */
export interface GivenMask {
  readonly mask: Mask;
  /** `transparency`: its transparent pixels are open; `brightness`: its white ones. */
  readonly by: 'transparency' | 'brightness';
  /** Share of its pixels, 0 to 1, that are neither black nor white, where it was read by its brightness. */
  readonly undecided: number;
}

/** Share of undecided pixels from which a picture is no mask: soft edges take less, photographs most. */
export const MOST_UNDECIDED = 0.3;

/** Longest side of the sample by which a picture is judged. */
const SAMPLE = 256;
/** Brightness that counts as black and as white: JPEG moves values near an edge by about twenty. */
const BLACKEST = 32;
const WHITEST = 223;
/** Difference of two channels from which a pixel has a colour. */
const COLOUR = 48;
/** A drawing of white on nothing: nearly all that is there is black or white, and a part of it white. */
const DRAWING = { decided: 0.9, white: 0.02 } as const;

/**
 * Reads a picture as a mask. Where it has transparent pixels they are open, as in pictures for other services whose hole
 * says what may change; but white strokes on a transparent ground are a black and white mask without its black.
 * @param bytes JPEG, PNG or WebP
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function readGivenMask(bytes: Uint8Array): Promise<GivenMask> {
  const seen = await look(bytes);
  const isDrawing = seen.undecided <= 1 - DRAWING.decided && seen.white >= DRAWING.white;
  // Only one of the two is decoded at a time: each takes a byte for every pixel, and a decoder up to eight.
  const hole = isDrawing ? undefined : await holeOf(bytes);
  if (hole !== undefined) return { mask: hole, by: 'transparency', undecided: 0 };
  return { mask: await decodeLuminance(bytes), by: 'brightness', undecided: seen.undecided };
}

/** What is transparent, opened; undefined where no pixel is. @throws Problem `picture_too_large`, `undecodable_picture` */
export async function holeOf(bytes: Uint8Array): Promise<Mask | undefined> {
  if (!(await hasAlphaChannel(bytes))) return undefined;
  const mask = await decodeAlpha(bytes);
  if (!mask.data.some((alpha) => alpha < HALF_OPEN)) return undefined;
  for (let at = 0; at < mask.data.length; at++) mask.data[at] = 255 - (mask.data[at] ?? 0);
  return mask;
}

/** Shares of the opaque pixels, from a sample without mixed values. */
async function look(bytes: Uint8Array): Promise<{ readonly undecided: number; readonly white: number }> {
  const data = await sampleOf(bytes);
  let [opaque, undecided, white] = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at, at + 4);
    if (alpha < HALF_OPEN) continue;
    opaque += 1;
    const [least, most] = [Math.min(red, green, blue), Math.max(red, green, blue)];
    const isColoured = most - least > COLOUR;
    if (isColoured || (most > BLACKEST && least < WHITEST)) undecided += 1;
    else if (least >= WHITEST) white += 1;
  }
  return opaque === 0 ? { undecided: 0, white: 0 } : { undecided: undecided / opaque, white: white / opaque };
}

/** At most `SAMPLE` by `SAMPLE` pixels in RGBA. @throws Problem `picture_too_large`, `undecodable_picture` */
async function sampleOf(bytes: Uint8Array): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const size = { width: SAMPLE, height: SAMPLE, fit: 'inside', withoutEnlargement: true } as const;
  try {
    const header = await readHeader(bytes);
    requirePixels(header);
    await reclaimPixels(header);
    return await sharp(bytes, OPEN_OPTIONS)
      .resize({ ...size, kernel: 'nearest', fastShrinkOnLoad: false })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer();
  } catch (error) {
    throw error instanceof Problem ? error : undecodable(error);
  }
}
