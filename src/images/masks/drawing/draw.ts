import { Crossings, STEPS_PER_PIXEL } from './crossings.ts';
import { closedMask, type Mask, type Size } from '../mask.ts';
import type { Outline } from './outlines.ts';
import { inBands, type YieldNow } from '../pace.ts';
import { placeShapes } from './place.ts';
import type { Shape } from './shapes.ts';

/** Lines that each row of pixels is sampled on; along a line coverage is exact to 1/256 pixel. */
const LINES_PER_ROW = 8;
/** With more crossings than this a picture gets fewer lines: thousands of edges from top to bottom cost seconds. */
const MOST_CROSSINGS = 16_000_000;
/** A line that crosses one edge costs about as much as this many pixels. */
const PIXELS_PER_EDGE = 6;

/**
 * Draws shapes at the picture's size. A pixel's value is the share of it that the shapes cover together, so shapes that
 * meet inside a pixel leave no seam.
 * @param yieldNow called between bands of rows
 * @throws Problem `shape_outside`
 */
export async function drawShapes(shapes: readonly Shape[], picture: Size, yieldNow: YieldNow): Promise<Mask> {
  const outlines = placeShapes(shapes, picture);
  const mask = closedMask(picture);
  const lines = linesPerRow(outlines);
  const row = new CoverageRow(picture.width, lines);
  const edges = outlines.reduce((sum, outline) => sum + outline.edges, 0);
  const costPerRow = picture.width + lines * edges * PIXELS_PER_EDGE;
  await inBands(picture.height, costPerRow, yieldNow, (from, to) => {
    const near = outlines.filter(({ top, bottom }) => top < to && bottom > from);
    if (near.length === 0) return;
    for (let y = from; y < to; y++) {
      const pixels = mask.data.subarray(y * picture.width, (y + 1) * picture.width);
      row.draw(near, y, pixels);
    }
  });
  return mask;
}

/** Eight, or fewer where that would take too long. */
function linesPerRow(outlines: readonly Outline[]): number {
  const crossings = outlines.reduce((sum, outline) => sum + outline.crossings, 0);
  return Math.min(Math.max(Math.floor(MOST_CROSSINGS / crossings), 1), LINES_PER_ROW);
}

/** One row of pixels in the making. */
class CoverageRow {
  readonly #crossings: Crossings;
  /** By how much coverage changes from the pixel before; all zero between rows. */
  readonly #changes: Int32Array;
  readonly #lines: number;
  #first = 0;
  #last = -1;

  constructor(width: number, lines: number) {
    this.#lines = lines;
    this.#crossings = new Crossings(width);
    this.#changes = new Int32Array(width + 2);
  }

  draw(outlines: readonly Outline[], y: number, pixels: Uint8Array): void {
    this.#first = pixels.length;
    this.#last = -1;
    for (let line = 0; line < this.#lines; line++) this.#addLine(outlines, y + (line + 0.5) / this.#lines);
    this.#settle(pixels);
  }

  #addLine(outlines: readonly Outline[], y: number): void {
    this.#crossings.clear();
    for (const outline of outlines) {
      if (y >= outline.top && y < outline.bottom) outline.cross(y, this.#crossings);
    }
    this.#crossings.forEachSpan(this.#addSpan);
  }

  readonly #addSpan = (left: number, right: number): void => {
    this.#addStep(left, 1);
    this.#addStep(right, -1);
  };

  /** All pixels right of `steps` gain or lose one line of coverage, the pixel at `steps` its right part. */
  #addStep(steps: number, sign: 1 | -1): void {
    const part = steps % STEPS_PER_PIXEL;
    const x = (steps - part) / STEPS_PER_PIXEL;
    this.#changes[x] = (this.#changes[x] ?? 0) + sign * (STEPS_PER_PIXEL - part);
    this.#changes[x + 1] = (this.#changes[x + 1] ?? 0) + sign * part;
    this.#first = Math.min(this.#first, x);
    this.#last = Math.max(this.#last, x + 1);
  }

  /** Sums the changes up into pixels, and leaves them zero. */
  #settle(pixels: Uint8Array): void {
    const full = this.#lines * STEPS_PER_PIXEL;
    let coverage = 0;
    for (let x = this.#first; x <= this.#last; x++) {
      coverage += this.#changes[x] ?? 0;
      this.#changes[x] = 0;
      // One past the right edge holds only what was cut off.
      if (x < pixels.length) pixels[x] = (coverage * 255 + full / 2) / full;
    }
  }
}
