import type { DecodedMask } from '../decode.ts';
import type { Rectangle } from '../picture.ts';

/** Lowest value of a mask's pixel that counts as open (drawn anew). */
const OPEN = 128;
/** Cells along the longer side of the search grids. The coarse grid comes first and nearly always suffices. */
const GRIDS = [256, 1024, 4096] as const;

/** Rates a rectangle; the highest score wins, ties go to the lowest position in the picture. */
type Score = (width: number, height: number) => number;

/**
 * The best rectangle of open pixels only, on a grid that is refined until the score reaches `enough`.
 * Undefined for a mask without open pixels.
 */
export function largestRectangle(mask: DecodedMask, score: Score, enough: number): Rectangle | undefined {
  const bounds = boundsOf(mask, { least: OPEN });
  if (bounds === undefined) return undefined;
  let best: Found | undefined;
  let finest = 0;
  for (const cells of GRIDS) {
    const step = Math.max(1, Math.ceil(Math.max(bounds.width, bounds.height) / cells));
    if (step === finest || (best && best.score >= enough)) break;
    finest = step;
    best = search(mask, { bounds, step, score }) ?? best;
  }
  return best?.rectangle;
}

/** Bounding box of the pixels whose value is from `least` to `most`; undefined without such a pixel. */
export function boundsOf(
  { width, height, data }: DecodedMask,
  { least = 0, most = 255 }: { readonly least?: number; readonly most?: number },
): Rectangle | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y += 1) {
    const [start, end] = [y * width, (y + 1) * width];
    let first = start;
    while (first < end && !within(data[first], least, most)) first += 1;
    if (first === end) continue;
    let last = end - 1;
    while (!within(data[last], least, most)) last -= 1;
    left = Math.min(left, first - start);
    right = Math.max(right, last - start);
    top = Math.min(top, y);
    bottom = y;
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function within(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most;
}

interface Found {
  readonly rectangle: Rectangle;
  readonly score: number;
}

interface Search {
  readonly bounds: Rectangle;
  /** Side of a cell, pixels. */
  readonly step: number;
  readonly score: Score;
}

/** The best rectangle of whole cells, found by the largest rectangle under a histogram, row by row. */
function search(mask: DecodedMask, { bounds, step, score }: Search): Found | undefined {
  const columns = Math.floor(bounds.width / step);
  const rows = Math.floor(bounds.height / step);
  const heights = new Uint32Array(columns + 1);
  let best: Found | undefined;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const cell = { left: bounds.left + column * step, top: bounds.top + row * step, side: step };
      heights[column] = isOpen(mask, cell) ? (heights[column] ?? 0) + 1 : 0;
    }
    for (const { from, to, height } of spans(heights)) {
      const [width, rectangleHeight] = [(to - from) * step, height * step];
      const value = score(width, rectangleHeight);
      if (value < (best?.score ?? 0)) continue;
      const top = bounds.top + (row + 1) * step - rectangleHeight;
      best = { rectangle: { left: bounds.left + from * step, top, width, height: rectangleHeight }, score: value };
    }
  }
  return best;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly height: number;
}

/** Every maximal rectangle under a histogram. The last height must be 0. */
function spans(heights: Uint32Array): readonly Span[] {
  const open: { from: number; height: number }[] = [];
  const found: Span[] = [];
  heights.forEach((height, column) => {
    let from = column;
    for (let last = open.at(-1); last && last.height > height; last = open.at(-1)) {
      found.push({ from: last.from, to: column, height: last.height });
      from = last.from;
      open.pop();
    }
    if (height > (open.at(-1)?.height ?? 0)) open.push({ from, height });
  });
  return found;
}

function isOpen({ width, data }: DecodedMask, { left, top, side }: { left: number; top: number; side: number }) {
  for (let y = top; y < top + side; y += 1) {
    for (let at = y * width + left; at < y * width + left + side; at += 1) if ((data[at] ?? 0) < OPEN) return false;
  }
  return true;
}
