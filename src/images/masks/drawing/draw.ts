import { Crossings, STEPS_PER_PIXEL } from './crossings.ts';
import { closedMask, type Mask, type Size } from '../mask.ts';
import type { Outline } from './outlines.ts';
import { Pace, type YieldNow } from '../pace.ts';
import { placeShapes } from './place.ts';
import type { Shape } from './shapes.ts';

/** Horizontal lines that sample a row of pixels; along a line coverage is exact to 1/256 pixel. */
const LINES_PER_ROW = 8;
/** Crossings above which fewer lines are sampled: thousands of edges from top to bottom would take seconds. */
const MOST_CROSSINGS = 16_000_000;
/** Cost of one edge on one line, in pixels. */
const PIXELS_PER_EDGE = 6;

/**
 * Draws shapes at the picture's size. A pixel's value is the share that all shapes cover of it together, so shapes that
 * meet inside a pixel leave no seam (docs/decisions/0003-own-mask-rasteriser.md).
 * @param yieldNow called between bands of rows
 * @throws Problem `shape_outside`
 */
export async function drawShapes(shapes: readonly Shape[], picture: Size, yieldNow: YieldNow): Promise<Mask> {
  const outlines = placeShapes(shapes, picture);
  const mask = closedMask(picture);
  const lines = linesPerRow(outlines);
  const row = new CoverageRow(picture.width, lines);
  const crossed = new CrossedOutlines(outlines);
  const pace = new Pace(yieldNow);
  for (let y = 0; y < picture.height; y++) {
    const near = crossed.between(y, y + 1);
    if (near.length > 0) row.draw(near, y, mask.data.subarray(y * picture.width, (y + 1) * picture.width));
    await pace.spend(picture.width + lines * edgesOf(near) * PIXELS_PER_EDGE);
  }
  return mask;
}

/**
 * The outlines that lines cross on their way down. Of twenty thousand strokes a line meets few, and looking at each of them
 * on every line would take minutes.
 */
class CrossedOutlines {
  readonly #byTop: readonly Outline[];
  #next = 0;
  readonly #met: Outline[] = [];

  constructor(outlines: readonly Outline[]) {
    this.#byTop = outlines.toSorted((a, b) => a.top - b.top);
  }

  /** Outlines between two lines; `from` and `to` never go back up. */
  between(from: number, to: number): readonly Outline[] {
    const met = this.#met;
    let kept = 0;
    for (const outline of met) if (outline.bottom > from) met[kept++] = outline;
    met.length = kept;
    for (let next = this.#byTop[this.#next]; next !== undefined && next.top < to; next = this.#byTop[this.#next]) {
      this.#next += 1;
      if (next.bottom > from) met.push(next);
    }
    return met;
  }
}

function edgesOf(outlines: readonly Outline[]): number {
  let sum = 0;
  for (const { edges } of outlines) sum += edges;
  return sum;
}

/** Lines for each row: eight, or fewer where that would take too long. */
function linesPerRow(outlines: readonly Outline[]): number {
  const crossings = outlines.reduce((sum, outline) => sum + outline.crossings, 0);
  return Math.min(Math.max(Math.floor(MOST_CROSSINGS / crossings), 1), LINES_PER_ROW);
}

/** Draws one row of pixels at a time. */
class CoverageRow {
  readonly #crossings: Crossings;
  /** Change of coverage from the pixel before; all zero between rows. */
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
    this.#writePixels(pixels);
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

  /** Adds (or takes) one line of coverage to all pixels right of `steps`, and to the right part of the pixel at `steps`. */
  #addStep(steps: number, sign: 1 | -1): void {
    const part = steps % STEPS_PER_PIXEL;
    const x = (steps - part) / STEPS_PER_PIXEL;
    this.#changes[x] = (this.#changes[x] ?? 0) + sign * (STEPS_PER_PIXEL - part);
    this.#changes[x + 1] = (this.#changes[x + 1] ?? 0) + sign * part;
    this.#first = Math.min(this.#first, x);
    this.#last = Math.max(this.#last, x + 1);
  }

  /** Sums the changes up into pixels, and clears them. */
  #writePixels(pixels: Uint8Array): void {
    const full = this.#lines * STEPS_PER_PIXEL;
    let coverage = 0;
    for (let x = this.#first; x <= this.#last; x++) {
      coverage += this.#changes[x] ?? 0;
      this.#changes[x] = 0;
      // The entry past the right edge belongs to no pixel.
      if (x < pixels.length) pixels[x] = (coverage * 255 + full / 2) / full;
    }
  }
}
