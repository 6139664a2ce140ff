import type { Size } from '../../masks/mask.ts';
import type { Source } from './source.ts';

/** A part of the source as it is stored, uncompressed, into which an answer is blended. */
export interface Canvas extends Size {
  readonly channels: 1 | 2 | 3 | 4;
  /** With two or four channels the last one is alpha. */
  readonly hasAlpha: boolean;
  /** Values of 0 to 255, or to 65535. */
  readonly data: Uint8Array | Uint16Array;
}

/** A canvas in which every value is 0, with the channels and bits of a source in the colours of the result. */
export function emptyCanvas(
  { hasAlpha, depth }: Pick<Source, 'hasAlpha' | 'depth'>,
  { width, height }: Size,
  colours: 'grey' | 'rgb',
): Canvas {
  const channels = colours === 'grey' ? (hasAlpha ? 2 : 1) : hasAlpha ? 4 : 3;
  const values = width * height * channels;
  return { width, height, channels, hasAlpha, data: depth === 16 ? new Uint16Array(values) : new Uint8Array(values) };
}

/** The values of a canvas as bytes, in the same memory. */
export function bytesOf({ data }: Canvas): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
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
