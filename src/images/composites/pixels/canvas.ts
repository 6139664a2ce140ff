import type { Size } from '../../masks/mask.ts';
import { pictureTooLarge } from '../../problems.ts';
import { decoded, loadSharp } from '../../sharp.ts';
import { sizeOf, type Box } from '../box.ts';
import { extractionOf } from './layers.ts';
import { openOptions, type Source } from './source.ts';

/** Most bytes of uncompressed pixels that are held at once. */
const MOST_RAW_BYTES = 256 * 1024 * 1024;

/** A part of the source as it is stored, uncompressed, into which an answer is blended. */
export interface Canvas extends Size {
  readonly channels: 1 | 2 | 3 | 4;
  /** With two or four channels the last one is alpha. */
  readonly hasAlpha: boolean;
  /** Values of 0 to 255, or to 65535. */
  readonly data: Uint8Array | Uint16Array;
}

/** How many channels the uncompressed pixels of a source have: its own alpha with the colours of the result. */
function channelsOf({ hasAlpha }: Source, colours: 'grey' | 'rgb'): number {
  return (colours === 'grey' ? 1 : 3) + (hasAlpha ? 1 : 0);
}

/** The colours that the result has at least: what is grey may stay so. */
export function leastColours({ colours }: Source): 'grey' | 'rgb' {
  return colours === 'grey' ? 'grey' : 'rgb';
}

/**
 * Refuses what would need too much memory, before anything is read.
 * @param size pixels that are held, with all channels and bits of the source
 * @throws Problem `picture_too_large`
 */
export function refuseTooLarge(source: Source, { width, height }: Size, colours: 'grey' | 'rgb'): void {
  const bytes = (width * height * channelsOf(source, colours) * source.depth) / 8;
  if (bytes <= MOST_RAW_BYTES) return;
  const size = `${Math.round(bytes / 1_048_576)} MB`;
  throw pictureTooLarge(
    `The part that changes has ${size} uncompressed; ${MOST_RAW_BYTES / 1_048_576} MB are the limit.`,
  );
}

/**
 * Reads a part of the stored source with all of its channels and bits.
 * @param colours those of the result
 * @throws Problem `picture_too_large` before anything is allocated, `undecodable_picture`
 */
export async function readCanvas(source: Source, box: Box, colours: 'grey' | 'rgb'): Promise<Canvas> {
  const sharp = await loadSharp();
  const { width, height } = sizeOf(box);
  refuseTooLarge(source, { width, height }, colours);
  const channels = channelsOf(source, colours);
  const picture = sharp(source.bytes, openOptions(source)).extract(extractionOf(box));
  const deep = source.depth === 16;
  picture.toColourspace(deep ? (colours === 'grey' ? 'grey16' : 'rgb16') : colours === 'grey' ? 'b-w' : 'srgb');
  const { data, info } = await decoded(
    picture.raw(deep ? { depth: 'ushort' } : {}).toBuffer({ resolveWithObject: true }),
  );
  if (info.channels !== channels) throw new Error(`expected ${channels} channels, got ${info.channels}`);
  return {
    width,
    height,
    channels: info.channels,
    hasAlpha: source.hasAlpha,
    data: deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data,
  };
}

/** One row of an answer and how much of it is taken. */
export interface BlendRow {
  /** RGB; grey takes their mean. */
  readonly colours: Uint8Array;
  /** 0 to 255. */
  readonly shares: Uint8Array;
  /** First pixel of the row in both. */
  readonly from: number;
}

/** Blends a row of the answer into a canvas. Where nothing is taken, no value changes. */
export function blendRow(
  canvas: Canvas,
  { x, y, length }: { x: number; y: number; length: number },
  row: BlendRow,
): void {
  const { data, channels, hasAlpha } = canvas;
  const levels = data instanceof Uint16Array ? 257 : 1;
  const full = 255 * levels;
  const colours = hasAlpha ? channels - 1 : channels;
  let at = (y * canvas.width + x) * channels;
  for (let pixel = row.from; pixel < row.from + length; pixel++, at += channels) {
    const share = row.shares[pixel] ?? 0;
    if (share === 0) continue;
    let weight = share / 255;
    if (hasAlpha) {
      const alpha = data[at + colours] ?? 0;
      const covered = alpha + (full - alpha) * weight;
      // What is transparent has no colour that could shine through.
      weight = (weight * full) / covered;
      data[at + colours] = covered + 0.5;
    }
    const from = pixel * 3;
    if (colours === 1) {
      const grey = ((row.colours[from] ?? 0) + (row.colours[from + 1] ?? 0) + (row.colours[from + 2] ?? 0)) / 3;
      const own = data[at] ?? 0;
      data[at] = own + (grey * levels - own) * weight + 0.5;
      continue;
    }
    for (let channel = 0; channel < 3; channel++) {
      const own = data[at + channel] ?? 0;
      data[at + channel] = own + ((row.colours[from + channel] ?? 0) * levels - own) * weight + 0.5;
    }
  }
}
