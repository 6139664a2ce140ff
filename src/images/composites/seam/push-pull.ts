import { CHANNELS } from './layers.ts';

/** Values on a grid, three for each cell, already multiplied by their certainty of 0 to 1. */
export interface Certain {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;
  readonly certainty: Float32Array;
}

/**
 * Carries values into cells that have none: each level of a pyramid of means fills the gaps of the finer one. The given
 * arrays are overwritten.
 * @returns the values of all cells; zeros where no cell is certain
 */
export function pushPull(finest: Certain): Float32Array {
  const levels = [finest];
  for (let level = finest; level.columns > 1 || level.rows > 1;) {
    level = coarser(level);
    levels.push(level);
  }
  let above: Certain | undefined;
  for (const level of levels.toReversed()) {
    if (above === undefined) complete(level);
    else fillFrom(level, above);
    above = level;
  }
  return finest.values;
}

function coarser(fine: Certain): Certain {
  const columns = (fine.columns + 1) >> 1;
  const rows = (fine.rows + 1) >> 1;
  const values = new Float32Array(columns * rows * CHANNELS);
  const certainty = new Float32Array(columns * rows);
  for (let y = 0; y < fine.rows; y++) {
    for (let x = 0; x < fine.columns; x++) {
      const from = y * fine.columns + x;
      const to = (y >> 1) * columns + (x >> 1);
      certainty[to] = (certainty[to] ?? 0) + (fine.certainty[from] ?? 0);
      for (let channel = 0; channel < CHANNELS; channel++) {
        const at = to * CHANNELS + channel;
        values[at] = (values[at] ?? 0) + (fine.values[from * CHANNELS + channel] ?? 0);
      }
    }
  }
  for (let cell = 0; cell < certainty.length; cell++) {
    const sum = certainty[cell] ?? 0;
    if (sum <= 1) continue;
    for (let at = cell * CHANNELS; at < (cell + 1) * CHANNELS; at++) values[at] = (values[at] ?? 0) / sum;
    certainty[cell] = 1;
  }
  return { columns, rows, values, certainty };
}

/** Makes the single cell of the coarsest level certain. */
function complete({ values, certainty }: Certain): void {
  const known = certainty[0] ?? 0;
  if (known === 0) return;
  for (let channel = 0; channel < CHANNELS; channel++) values[channel] = (values[channel] ?? 0) / known;
  certainty[0] = 1;
}

function fillFrom({ columns, rows, values, certainty }: Certain, coarse: Certain): void {
  for (let y = 0; y < rows; y++) {
    const down = between((y - 0.5) / 2, coarse.rows);
    for (let x = 0; x < columns; x++) {
      const cell = y * columns + x;
      const missing = 1 - (certainty[cell] ?? 0);
      if (missing <= 0) continue;
      const across = between((x - 0.5) / 2, coarse.columns);
      const corner = (row: number, column: number, channel: number) =>
        coarse.values[(row * coarse.columns + column) * CHANNELS + channel] ?? 0;
      for (let channel = 0; channel < CHANNELS; channel++) {
        const upper = mix(corner(down.from, across.from, channel), corner(down.from, across.to, channel), across.share);
        const lower = mix(corner(down.to, across.from, channel), corner(down.to, across.to, channel), across.share);
        const at = cell * CHANNELS + channel;
        values[at] = (values[at] ?? 0) + missing * mix(upper, lower, down.share);
      }
      certainty[cell] = 1;
    }
  }
}

/** The two cells around a place on an axis, and the share of the second one. */
export function between(place: number, cells: number): { from: number; to: number; share: number } {
  const inside = Math.min(Math.max(place, 0), cells - 1);
  const from = Math.floor(inside);
  return { from, to: Math.min(from + 1, cells - 1), share: inside - from };
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
