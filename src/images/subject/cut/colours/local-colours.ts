import type { Size } from '../../../size.ts';
import type { Check } from '../../types.ts';
import { UNDECIDED } from '../hint.ts';
import { Mixture } from './mixture.ts';

/** Distance between the middles of two windows, as a share of the longer side, and its least length in pixels. */
const [CELL, LEAST_CELL] = [0.16, 16];
const OPTIONS = { components: 3, floor: 4 };
/** Fewest pixels of either side by which a window tells them apart, and about the most that are looked at. */
const [FEWEST, SAMPLE] = [60, 3000];

/** Colours of the subject and of its surroundings in one window. */
interface LocalColours {
  readonly subject: Mixture;
  readonly surroundings: Mixture;
}

/** Odds by colours nearby. */
export interface LocalOdds {
  /** Logarithm of the odds that a pixel belongs. */
  readonly odds: Float32Array;
  /** Share of the windows around a pixel that tell the sides apart, 0 to 1; 0 for pixels that are certain. */
  readonly weight: Float32Array;
}

/**
 * Odds by mixtures that hold only nearby: windows of a grid, each twice as wide as the grid's cells, between the middles of
 * which is interpolated. A subject of many colours is told from its surroundings where no colours of the whole would do.
 * @param area 1 where the subject is taken to be
 */
export function localOdds(
  lab: Float32Array,
  { width, height }: Size,
  { area, certain }: { readonly area: Uint8Array; readonly certain: Uint8Array },
  check: Check,
): LocalOdds {
  const cell = Math.max(LEAST_CELL, Math.round(CELL * Math.max(width, height)));
  const columns = Math.ceil(width / cell) + 1;
  const rows = Math.ceil(height / cell) + 1;
  const windows: (LocalColours | undefined)[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      check();
      windows.push(coloursAround(lab, { width, height }, area, { x: column * cell, y: row * cell, reach: cell }));
    }
  }
  const odds = new Float32Array(width * height);
  const weight = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    check();
    const row = Math.floor(y / cell);
    const v = y / cell - row;
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (certain[pixel] !== UNDECIDED) continue;
      const column = Math.floor(x / cell);
      const u = x / cell - column;
      const corner = row * columns + column;
      const l = lab[pixel * 3] ?? 0;
      const a = lab[pixel * 3 + 1] ?? 0;
      const b = lab[pixel * 3 + 2] ?? 0;
      let sum = 0;
      let share = 0;
      for (let i = 0; i < 4; i++) {
        const near = ((i & 1) === 0 ? 1 - u : u) * (i < 2 ? 1 - v : v);
        const colours = windows[corner + (i & 1) + (i < 2 ? 0 : columns)];
        if (colours === undefined || near < 0.02) continue;
        sum += near * (colours.surroundings.cost(l, a, b) - colours.subject.cost(l, a, b));
        share += near;
      }
      if (share === 0) continue;
      odds[pixel] = sum / share;
      weight[pixel] = share;
    }
  }
  return { odds, weight };
}

function coloursAround(
  lab: Float32Array,
  { width, height }: Size,
  area: Uint8Array,
  { x, y, reach }: { readonly x: number; readonly y: number; readonly reach: number },
): LocalColours | undefined {
  const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach)];
  const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach)];
  const stride = Math.max(1, Math.floor(Math.sqrt(((right - left) * (bottom - top)) / SAMPLE)));
  const sides: [number[], number[]] = [[], []];
  for (let sampleY = top; sampleY < bottom; sampleY += stride) {
    for (let sampleX = left; sampleX < right; sampleX += stride) {
      const pixel = sampleY * width + sampleX;
      sides[area[pixel] === 1 ? 1 : 0].push(pixel);
    }
  }
  if (sides.some((pixels) => pixels.length < FEWEST)) return undefined;
  const [surroundings, subject] = sides.map((pixels) => Mixture.of(lab, Int32Array.from(pixels), OPTIONS));
  return surroundings && subject && { surroundings, subject };
}
