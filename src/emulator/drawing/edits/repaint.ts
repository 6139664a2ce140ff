import { setImmediate } from 'node:timers/promises';
import type { Drift } from './drift.ts';
import { drawGrain } from './grain.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** RGB of eight bits, rows without padding. */
export interface Rgb {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** What became of a picture, for tests that have to know. */
export interface Repainted extends Rgb {
  /** The picture at x, y was at x + dx, y + dy before. */
  readonly moved: { readonly dx: number; readonly dy: number };
}

/** Farthest that the taps of the resampling reach, pixels. */
const REACH = 3;
/** Rows between two pauses, so that a large picture does not block the event loop. */
const BAND = 16;

/**
 * Repaints a picture as a generative fill does: new content where the mask is white, and all the rest a little other in
 * tone and noise, softened and up to a pixel shifted. Equal arguments and randomness give equal pixels. Pauses every
 * few rows.
 * @param sent the picture as it was sent
 * @param mask one byte a pixel, 255 where it is painted anew
 * @param fresh what is painted there, in the size of the picture
 */
export async function repaint(
  sent: Rgb,
  { mask, fresh }: { readonly mask: Uint8Array; readonly fresh: Uint8Array },
  { drift, random }: { readonly drift: Drift; readonly random: SeededRandom },
): Promise<Repainted> {
  const { width, height } = sent;
  const opened = drift.bleed > 0 ? widened(mask, sent, drift.bleed) : mask;
  const tone = drawTone(drift, random);
  const moved = { dx: random.between(-drift.shift, drift.shift), dy: random.between(-drift.shift, drift.shift) };
  const [across, down] = [tapsAt(moved.dx, drift.blur), tapsAt(moved.dy, drift.blur)];
  const grain = drawGrain(drift.noise, random);
  const mixed = new Float32Array((width + 2 * REACH) * 3);
  // The rows that the taps of one row reach, each at its number modulo their count.
  const rows = Array.from({ length: 2 * REACH + 1 }, () => new Float32Array(width * 3));
  const rowAt = (y: number) => rows[Math.min(Math.max(y, 0), height - 1) % rows.length] ?? mixed;
  const data = new Uint8Array(sent.data.length);
  for (let y = 0, ready = 0; y < height; y++) {
    for (; ready < Math.min(height, y + REACH + 1); ready++) {
      mixRow(mixed, { sent, opened, fresh, y: ready, tone });
      weighAcross(mixed, across, rowAt(ready));
    }
    const reached = down.map((_, tap) => rowAt(y + tap - REACH));
    weighDown(reached, down, { data, at: y * width * 3, sum: grain(width * 3) });
    if (y % BAND === BAND - 1) await setImmediate();
  }
  return { width, height, data, moved };
}

interface Tone {
  /** Added to each channel, levels. */
  readonly offsets: readonly number[];
  readonly contrast: number;
  /** What is added at each x of row `y`, levels. */
  readonly wave: (y: number, size: Rgb) => (x: number) => number;
}

function drawTone({ brighter, hue, contrast, wave }: Drift, random: SeededRandom): Tone {
  const offsets = [0, 1, 2].map(() => random.between(...brighter) + random.between(-hue, hue));
  const phase = random.between(0, 6);
  const [across, down] = [random.between(-3, 3), random.between(-3, 3)];
  return {
    offsets,
    contrast: 1 + random.between(-contrast, contrast),
    wave: (y, { width, height }) => {
      const start = (y / height) * down + phase;
      return (x) => wave * Math.sin((x / width) * across + start);
    },
  };
}

interface RowToMix {
  readonly sent: Rgb;
  readonly opened: Uint8Array;
  readonly fresh: Uint8Array;
  readonly y: number;
  readonly tone: Tone;
}

/** One row of kept and new content in its new tone; the pixels at both ends are repeated as far as taps reach. */
function mixRow(mixed: Float32Array, { sent, opened, fresh, y, tone }: RowToMix): void {
  const { width, data } = sent;
  const [red = 0, green = 0, blue = 0] = tone.offsets;
  const { contrast } = tone;
  const wave = tone.wave(y, sent);
  for (let x = 0, pixel = y * width; x < width; x++, pixel++) {
    const share = (opened[pixel] ?? 0) / 255;
    const from = pixel * 3;
    const to = (x + REACH) * 3;
    // The wave is slow: a pixel of every eight is enough.
    const added = 128 - 128 * contrast + wave(x & ~7);
    mixed[to] = blend(data[from], fresh[from], share) * contrast + added + red;
    mixed[to + 1] = blend(data[from + 1], fresh[from + 1], share) * contrast + added + green;
    mixed[to + 2] = blend(data[from + 2], fresh[from + 2], share) * contrast + added + blue;
  }
  const last = (width + REACH) * 3;
  for (let at = 0; at < REACH * 3; at++) {
    mixed[at] = mixed[REACH * 3 + (at % 3)] ?? 0;
    mixed[last + at] = mixed[last - 3 + (at % 3)] ?? 0;
  }
}

function blend(kept: number | undefined, fresh: number | undefined, share: number): number {
  return (kept ?? 0) * (1 - share) + (fresh ?? 0) * share;
}

/** Weights of a Gaussian around a fractional place, from -3 to 3: they soften and shift at once. */
function tapsAt(place: number, sigma: number): readonly number[] {
  const offsets = Array.from({ length: 2 * REACH + 1 }, (_, index) => index - REACH);
  const weights = offsets.map((offset) => Math.exp(-((offset - place) ** 2) / (2 * Math.max(sigma, 0.15) ** 2)));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

function weighAcross(mixed: Float32Array, taps: readonly number[], row: Float32Array): void {
  row.fill(0);
  taps.forEach((weight, tap) => {
    if (weight < 1e-4) return;
    for (let at = 0, from = tap * 3; at < row.length; at++, from++) {
      row[at] = (row[at] ?? 0) + weight * (mixed[from] ?? 0);
    }
  });
}

interface Finished {
  readonly data: Uint8Array;
  /** Where the row begins in the data. */
  readonly at: number;
  /** What noise adds along the row; becomes the row. */
  readonly sum: Float32Array;
}

function weighDown(rows: readonly Float32Array[], taps: readonly number[], { data, at, sum }: Finished): void {
  const { length } = sum;
  rows.forEach((row, tap) => {
    const weight = taps[tap] ?? 0;
    if (weight < 1e-4) return;
    for (let index = 0; index < length; index++) sum[index] = (sum[index] ?? 0) + weight * (row[index] ?? 0);
  });
  for (let index = 0; index < length; index++) {
    data[at + index] = Math.min(255, Math.max(0, (sum[index] ?? 0) + 0.5));
  }
}

/** The mask with its white parts grown by so many pixels on each side. */
function widened(mask: Uint8Array, { width, height }: Rgb, pixels: number): Uint8Array {
  const across = new Uint8Array(mask.length);
  const result = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let most = 0;
      for (let near = Math.max(0, x - pixels); near <= Math.min(width - 1, x + pixels); near++) {
        most = Math.max(most, mask[y * width + near] ?? 0);
      }
      across[y * width + x] = most;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let near = Math.max(0, y - pixels); near <= Math.min(height - 1, y + pixels); near++) {
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        result[at] = Math.max(result[at] ?? 0, across[near * width + x] ?? 0);
      }
    }
  }
  return result;
}
