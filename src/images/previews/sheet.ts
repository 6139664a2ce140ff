import { encodeWithin } from './preview.ts';
import { undecodable } from '../problems.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import type { Preview } from '../stored.ts';

/** Most pictures of one sheet. */
export const MOST_ON_A_SHEET = 50;
/** Pixels of one cell, by the number of columns. */
const CELL = [0, 768, 512, 384, 288, 224, 192, 160, 144] as const;
/** Columns from which labels are smaller. */
const MANY_COLUMNS = 4;
const GAP = 8;
/** Grey behind and between pictures: neither looks like a part of one. */
const BACKGROUND = 0x60;
/** Pixels of a character of a label: each of its 3x5 dots is a square of this side; on a sheet of many, of the other. */
const DOT = 6;
const SMALL_DOT = 3;
/** Digits, and letters for as many pictures as a caller may name, in rows of three dots, from the top; the highest bit is the left one. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  0: [7, 5, 5, 5, 7],
  1: [2, 6, 2, 2, 7],
  2: [7, 1, 7, 4, 7],
  3: [7, 1, 7, 1, 7],
  4: [5, 5, 7, 1, 1],
  5: [7, 4, 7, 1, 7],
  6: [7, 4, 7, 5, 7],
  7: [7, 1, 1, 2, 2],
  8: [7, 5, 7, 5, 7],
  9: [7, 5, 7, 1, 7],
  A: [2, 5, 7, 5, 5],
  B: [6, 5, 6, 5, 6],
  C: [3, 4, 4, 4, 3],
  D: [6, 5, 5, 5, 6],
  E: [7, 4, 6, 4, 7],
  F: [7, 4, 6, 4, 4],
  G: [3, 4, 5, 5, 3],
  H: [5, 5, 7, 5, 5],
  I: [7, 2, 2, 2, 7],
};
/** The glyph of a character that has none here: a full square, which no one takes for another character. */
const UNKNOWN_GLYPH = [7, 7, 7, 7, 7];

/** One picture of a sheet, small enough for its cell. */
export interface Tile {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Side of the square that a picture of a sheet of `count` has to fit into, pixels. */
export function cellOf(count: number): number {
  return CELL[columnsOf(count)] ?? CELL[8];
}

function columnsOf(count: number): number {
  return count < 3 ? count : Math.ceil(Math.sqrt(count));
}

/**
 * A picture upright in sRGB, without transparency, within a square. A JPEG is decoded at about that size only.
 * @throws Problem `undecodable_picture`
 */
export async function tileOf(original: Uint8Array, cell: number): Promise<Tile> {
  const sharp = await loadSharp();
  try {
    const { data, info } = await sharp(original, OPEN_OPTIONS)
      .autoOrient()
      .resize(cell, cell, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = info.channels === 3 ? data : inColour(data, info.channels);
    return { pixels, width: info.width, height: info.height };
  } catch (error) {
    throw undecodable(error);
  }
}

/** Grey pixels as red, green and blue. */
function inColour(grey: Uint8Array, channels: number): Uint8Array {
  const pixels = new Uint8Array((grey.length / channels) * 3);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = grey[Math.floor(i / 3) * channels] ?? 0;
  return pixels;
}

/**
 * Up to fifty pictures side by side, each with its label in the upper left corner, in at most `maxBytes`.
 * @param labels of digits and letters from A to I; numbers from 1 where absent
 * @throws Problem `preview_too_large`
 */
export async function sheetOf(
  tiles: readonly Tile[],
  maxBytes: number,
  labels: readonly string[] = tiles.map((_, index) => String(index + 1)),
): Promise<Preview> {
  const [columns, cell] = [columnsOf(tiles.length), cellOf(tiles.length)];
  const rows = Math.ceil(tiles.length / columns);
  const width = columns * (cell + GAP) + GAP;
  const height = rows * (cell + GAP) + GAP;
  const pixels = new Uint8Array(width * height * 3).fill(BACKGROUND);
  for (const [index, tile] of tiles.entries()) {
    const left = GAP + (index % columns) * (cell + GAP);
    const top = GAP + Math.floor(index / columns) * (cell + GAP);
    const at = { left: left + ((cell - tile.width) >> 1), top: top + ((cell - tile.height) >> 1) };
    for (let row = 0; row < tile.height; row += 1) {
      const from = row * tile.width * 3;
      pixels.set(tile.pixels.subarray(from, from + tile.width * 3), ((at.top + row) * width + at.left) * 3);
    }
    const dot = columns < MANY_COLUMNS ? DOT : SMALL_DOT;
    for (const [place, character] of Array.from(labels[index] ?? '').entries()) {
      drawGlyph(pixels, width, { left: left + place * 4 * dot, top, dot, glyph: GLYPHS[character] ?? UNKNOWN_GLYPH });
    }
  }
  return encodeWithin(pixels, { width, height, channels: 3 }, { maxSide: Math.max(width, height), maxBytes });
}

/** A white character on a black square: legible on any picture. */
function drawGlyph(
  pixels: Uint8Array,
  width: number,
  label: { readonly left: number; readonly top: number; readonly dot: number; readonly glyph: readonly number[] },
): void {
  const { left, top, dot, glyph } = label;
  for (let y = 0; y < 7 * dot; y += 1) {
    for (let x = 0; x < 5 * dot; x += 1) {
      const bits = glyph[Math.floor(y / dot) - 1] ?? 0;
      const column = Math.floor(x / dot) - 1;
      const isLit = column >= 0 && column < 3 && ((bits >> (2 - column)) & 1) === 1;
      pixels.fill(isLit ? 255 : 0, ((top + y) * width + left + x) * 3, ((top + y) * width + left + x) * 3 + 3);
    }
  }
}
