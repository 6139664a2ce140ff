import type { Box } from '../box.ts';
import { quantisers, transform } from './dct.ts';
import type { Component } from './parse-baseline.ts';
import { ZIGZAG } from './tables.ts';

/** The finished pixels that replace a part of a picture. */
export interface Patch {
  /** In pixels of the picture as it is coded; on the grid of its units, but for the right and lower edge. */
  readonly box: Box;
  /** The pixels of whole rows of the box, `bottom` not among them. */
  readonly rows: (top: number, bottom: number) => Uint8Array;
  /** 1 for grey, 3 for RGB. */
  readonly channels: 1 | 3;
  /** Not 0 for each cell of 8 by 8 pixels of the box in which anything changes; row by row. */
  readonly touched: Uint8Array;
}

/** Weights of red, green and blue, by component: Y, Cb, Cr (ITU-T T.871). */
const WEIGHTS = [
  [0.299, 0.587, 0.114],
  [-0.299 / 1.772, -0.587 / 1.772, 0.5],
  [0.5, -0.587 / 1.402, -0.114 / 1.402],
] as const;

/** Place in zigzag order, by frequency in rows of eight. */
const PLACES = new Uint8Array(64);
ZIGZAG.forEach((frequency, place) => (PLACES[frequency] = place));

/** Makes coefficients of blocks from the pixels of a patch. */
export class BlockEncoder {
  readonly #component: Component;
  readonly #patch: Patch;
  readonly #weights: readonly [number, number, number];
  readonly #level: number;
  /** By frequency in rows of eight, as are the samples and then the transform of the block. */
  readonly #quantisers: Float64Array;
  readonly #block = new Float64Array(64);
  /** Rows of the patch, and which of them is the first one. */
  #pixels: Uint8Array = new Uint8Array();
  #first = 0;
  /** Quantised coefficients in zigzag order, overwritten by each block. */
  readonly coefficients = new Int16Array(64);

  constructor(component: Component, index: number, patch: Patch) {
    this.#component = component;
    this.#patch = patch;
    this.#weights = patch.channels === 1 ? [1, 0, 0] : (WEIGHTS[index] ?? WEIGHTS[0]);
    this.#level = index === 0 ? 128 : 0;
    this.#quantisers = quantisers(component.quantisation, ZIGZAG);
  }

  /** Moves to a row of units: its blocks are encoded from these rows of the patch. */
  move(pixels: Uint8Array, first: number): void {
    this.#pixels = pixels;
    this.#first = first;
  }

  /** Whether anything changes in a block, by its column and row among the blocks of the component. */
  touches(column: number, row: number): boolean {
    const { stepX, stepY } = this.#component;
    const { box, touched } = this.#patch;
    const across = Math.ceil((box.right - box.left) / 8);
    const down = Math.ceil((box.bottom - box.top) / 8);
    const [left, top] = [column * stepX - box.left / 8, row * stepY - box.top / 8];
    for (let y = Math.max(0, top); y < Math.min(down, top + stepY); y++) {
      for (let x = Math.max(0, left); x < Math.min(across, left + stepX); x++) {
        if (touched[y * across + x] !== 0) return true;
      }
    }
    return false;
  }

  /** Encodes a block of the row of units. Beyond the picture its edge is repeated. */
  encode(column: number, row: number): void {
    const { stepX, stepY } = this.#component;
    const { box, channels } = this.#patch;
    const [left, top] = [column * 8 * stepX - box.left, row * 8 * stepY - box.top];
    const isInside = left + 8 * stepX <= box.right - box.left && top + 8 * stepY <= box.bottom - box.top;
    if (!isInside || channels === 1) this.#average(left, top);
    else if (stepX === 1 && stepY === 1) this.#read(left, top);
    else if (stepX === 2 && stepY === 2) this.#halve(left, top);
    else this.#average(left, top);
    transform(this.#block);
    quantise(this.#block, this.#quantisers, this.coefficients);
  }

  /** Fills the block with one sample for each pixel of RGB. */
  #read(left: number, top: number): void {
    const { box } = this.#patch;
    const pixels = this.#pixels;
    const [red, green, blue] = this.#weights;
    const block = this.#block;
    const level = this.#level;
    const width = box.right - box.left;
    for (let y = 0, to = 0; y < 8; y++) {
      let at = ((top - this.#first + y) * width + left) * 3;
      for (let x = 0; x < 8; x++, to++, at += 3) {
        block[to] = red * (pixels[at] ?? 0) + green * (pixels[at + 1] ?? 0) + blue * (pixels[at + 2] ?? 0) - level;
      }
    }
  }

  /** Fills the block with one sample for each four pixels of RGB. */
  #halve(left: number, top: number): void {
    const { box } = this.#patch;
    const pixels = this.#pixels;
    const [red, green, blue] = this.#weights;
    const block = this.#block;
    const level = this.#level;
    const line = (box.right - box.left) * 3;
    for (let y = 0, to = 0; y < 8; y++) {
      let at = (top - this.#first + 2 * y) * line + left * 3;
      for (let x = 0; x < 8; x++, to++, at += 6) {
        const below = at + line;
        const reds = (pixels[at] ?? 0) + (pixels[at + 3] ?? 0) + (pixels[below] ?? 0) + (pixels[below + 3] ?? 0);
        const greens =
          (pixels[at + 1] ?? 0) + (pixels[at + 4] ?? 0) + (pixels[below + 1] ?? 0) + (pixels[below + 4] ?? 0);
        const blues =
          (pixels[at + 2] ?? 0) + (pixels[at + 5] ?? 0) + (pixels[below + 2] ?? 0) + (pixels[below + 5] ?? 0);
        block[to] = (red * reds + green * greens + blue * blues) / 4 - level;
      }
    }
  }

  /** Fills the block with means of any number of pixels, in grey or at the edge of the picture too. */
  #average(left: number, top: number): void {
    const { stepX, stepY } = this.#component;
    const { box, channels } = this.#patch;
    const pixels = this.#pixels;
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    const [red, green, blue] = this.#weights;
    const share = 1 / (stepX * stepY);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        let sum = 0;
        for (let dy = 0; dy < stepY; dy++) {
          const line = (Math.min(top + y * stepY + dy, height - 1) - this.#first) * width;
          for (let dx = 0; dx < stepX; dx++) {
            const at = (line + Math.min(left + x * stepX + dx, width - 1)) * channels;
            sum += red * (pixels[at] ?? 0);
            if (channels === 3) sum += green * (pixels[at + 1] ?? 0) + blue * (pixels[at + 2] ?? 0);
          }
        }
        this.#block[y * 8 + x] = sum * share - this.#level;
      }
    }
  }
}

/** Divides by the steps and rounds. */
function quantise(block: Float64Array, quantisers: Float64Array, coefficients: Int16Array): void {
  for (let frequency = 0; frequency < 64; frequency++) {
    const value = (block[frequency] ?? 0) * (quantisers[frequency] ?? 0);
    // Cheaper than Math.round, which looks for a sign of zero.
    coefficients[PLACES[frequency] ?? 0] = value < 0 ? (value - 0.5) | 0 : (value + 0.5) | 0;
  }
}
