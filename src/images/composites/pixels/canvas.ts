import type { Size } from '../../masks/mask.ts';
import { wholeBox } from '../box.ts';
import { rowBytes, type PixelFile } from './pixel-file.ts';
import type { Source } from './source.ts';

/** Values of 0 to 255, or to 65535. */
export type Values = Uint8Array | Uint16Array;

/** What the pixels of a canvas are. */
export interface CanvasShape extends Size {
  readonly channels: 1 | 2 | 3 | 4;
  /** With two or four channels the last one is alpha. */
  readonly hasAlpha: boolean;
  /** Bits of a channel. */
  readonly depth: 8 | 16;
}

/** A part of the source as it is stored, uncompressed, into which an answer is blended. */
export interface Canvas extends CanvasShape {
  /** Whether its pixels are in a private file, since they are many. */
  readonly isInFile: boolean;
  /** The values of whole rows, `bottom` not among them: they may be changed, and are in the canvas when `keep` takes them. */
  readonly rows: (top: number, bottom: number) => Values;
  /** Puts whole rows in place of those from row `top` on. */
  readonly keep: (rows: Values, top: number) => void;
  /** Lets go of its pixels. */
  readonly end: () => Promise<void>;
}

/** The shape of a canvas with the channels and bits of a source, in the colours of the result. */
export function canvasShape(
  { hasAlpha, depth }: Pick<Source, 'hasAlpha' | 'depth'>,
  { width, height }: Size,
  colours: 'grey' | 'rgb',
): CanvasShape {
  const channels = colours === 'grey' ? (hasAlpha ? 2 : 1) : hasAlpha ? 4 : 3;
  return { width, height, channels, hasAlpha, depth };
}

/** A canvas in memory. @param data all of its values; zeros without them */
export function canvasInMemory(shape: CanvasShape, data = valuesFor(shape, shape.height)): Canvas {
  const row = shape.width * shape.channels;
  return {
    ...shape,
    isInFile: false,
    rows: (top, bottom) => data.subarray(top * row, bottom * row),
    keep(rows, top) {
      if (rows.buffer !== data.buffer) data.set(rows, top * row);
    },
    end: () => Promise.resolve(),
  };
}

/** A canvas in a private file, which goes with it: its memory is that of the rows in hand. */
export function canvasInFile(shape: CanvasShape, { read, write, end }: PixelFile): Canvas {
  return {
    ...shape,
    isInFile: true,
    rows(top, bottom) {
      const values = valuesFor(shape, bottom - top);
      read(bytesOf(values), { ...wholeBox(shape), top, bottom });
      return values;
    },
    keep: (rows, top) => write(bytesOf(rows), top),
    end,
  };
}

/** Uncompressed bytes. */
export const canvasBytes = (shape: CanvasShape): number => rowBytes(shape) * shape.height;

function valuesFor({ width, channels, depth }: CanvasShape, rows: number): Values {
  const values = width * rows * channels;
  return depth === 16 ? new Uint16Array(values) : new Uint8Array(values);
}

/** Values as bytes, in the same memory. */
export function bytesOf({ buffer, byteOffset, byteLength }: Values): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** One row of an answer and how much of it is taken. */
export interface BlendRow {
  /** RGB; grey takes their mean. */
  readonly colours: Uint8Array;
  /** 0 to 255. */
  readonly shares: Uint8Array;
}

/** Blends a row of the answer into values of a canvas, from value `at` on. Where nothing is taken, no value changes. */
export function blendRow(
  data: Values,
  { channels, hasAlpha }: Pick<CanvasShape, 'channels' | 'hasAlpha'>,
  at: number,
  { colours: row, shares }: BlendRow,
): void {
  const levels = data instanceof Uint16Array ? 257 : 1;
  const full = 255 * levels;
  const colours = hasAlpha ? channels - 1 : channels;
  for (let pixel = 0; pixel < shares.length; pixel++, at += channels) {
    const share = shares[pixel] ?? 0;
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
      const grey = ((row[from] ?? 0) + (row[from + 1] ?? 0) + (row[from + 2] ?? 0)) / 3;
      const own = data[at] ?? 0;
      data[at] = own + (grey * levels - own) * weight + 0.5;
      continue;
    }
    for (let channel = 0; channel < 3; channel++) {
      const own = data[at + channel] ?? 0;
      data[at + channel] = own + ((row[from + channel] ?? 0) * levels - own) * weight + 0.5;
    }
  }
}
