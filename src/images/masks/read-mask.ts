import type { Metadata } from 'sharp';
import { LARGE_PIXELS } from '../limits.ts';
import { undecodable } from '../problems.ts';
import { reclaimPixels } from '../reclaim.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import { measureCoverage } from './coverage.ts';
import { decodeAlpha, decodeLuminance, readHeader } from './decode.ts';
import { HALF_OPEN, type Mask } from './mask.ts';
import type { YieldNow } from './pace.ts';
import { invert } from './refining/combine.ts';

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
 * @param yieldNow called between bands of rows, so that other work of the process goes on
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function readGivenMask(bytes: Uint8Array, yieldNow: YieldNow): Promise<GivenMask> {
  const header = await readHeader(bytes);
  const seen = await look(bytes);
  const isDrawing = seen.undecided <= 1 - DRAWING.decided && seen.white >= DRAWING.white;
  // Only one of the two is decoded at a time: each takes a byte for every pixel, and a decoder up to eight.
  const hole = isDrawing ? undefined : await holeOf(bytes, header, yieldNow);
  if (hole !== undefined) return { mask: hole, by: 'transparency', undecided: 0 };
  // An alpha channel without a hole would be held beside the decoder.
  if (header.hasAlpha && header.width * header.height > LARGE_PIXELS) await reclaimPixels();
  return { mask: await decodeLuminance(bytes), by: 'brightness', undecided: seen.undecided };
}

/**
 * What is transparent in a picture, opened; undefined where nothing is. Its colours count for nothing.
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function readHole(bytes: Uint8Array, yieldNow: YieldNow): Promise<Mask | undefined> {
  return holeOf(bytes, await readHeader(bytes), yieldNow);
}

/** What is transparent, opened, where a pixel is. */
async function holeOf(bytes: Uint8Array, { hasAlpha }: Metadata, yieldNow: YieldNow): Promise<Mask | undefined> {
  if (!hasAlpha) return undefined;
  const mask = await invert(await decodeAlpha(bytes), yieldNow);
  return (await measureCoverage(mask, yieldNow)).box === undefined ? undefined : mask;
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

/** At most `SAMPLE` by `SAMPLE` pixels in RGBA. @throws Problem `undecodable_picture` */
async function sampleOf(bytes: Uint8Array): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const size = { width: SAMPLE, height: SAMPLE, fit: 'inside', withoutEnlargement: true } as const;
  try {
    return await sharp(bytes, OPEN_OPTIONS)
      .resize({ ...size, kernel: 'nearest', fastShrinkOnLoad: false })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer();
  } catch (error) {
    throw undecodable(error);
  }
}
