import type { Distances } from './distances.ts';
import { CHANNELS } from './layers.ts';
import { between, pushPull } from './push-pull.ts';
import type { Ring } from './ring.ts';
import { LEAST_WEIGHT, median, TO_SIGMA, TUKEY, tukey, type Tone } from './tone.ts';

/** Most that the field changes a level. */
const MOST_LEVELS = 10;
/** Least standard deviation that outliers of the field are measured by, levels. */
const LEAST_SIGMA = 1.2;

/** What evens the answer: a tone for all of it, and what is left of the difference on a grid. */
export interface Evening {
  readonly tones: readonly Tone[];
  /** Levels to add, three for each cell; undefined where only the tone is known. */
  readonly field: Field | undefined;
}

export interface Field {
  readonly columns: number;
  readonly rows: number;
  /** Side of a cell, pixels. */
  readonly cell: number;
  readonly values: Float32Array;
}

/** What the tone leaves of the difference, without outliers, carried from the ring into the open part. */
export function residualField(ring: Ring, tones: readonly Tone[]): Field {
  const { columns, rows, cell, filled } = ring;
  const residual = (index: number, channel: number) => {
    const { gain, offset } = tones[channel] ?? { gain: 1, offset: 0 };
    const at = index * CHANNELS + channel;
    return (ring.source[at] ?? 0) - gain * (ring.answer[at] ?? 0) - offset;
  };
  const scales = [0, 1, 2].map((channel) => {
    const near: number[] = [];
    ring.weight.forEach((weight, index) => {
      if (weight > LEAST_WEIGHT) near.push(Math.abs(residual(index, channel)));
    });
    return TUKEY * Math.max(LEAST_SIGMA, TO_SIGMA * median(near));
  });
  const values = new Float32Array(columns * rows * CHANNELS);
  const certainty = new Float32Array(columns * rows);
  for (let index = 0; index < filled.length; index++) {
    const share = filled[index] ?? 0;
    if (share === 0) continue;
    const differences = scales.map((_, channel) => residual(index, channel));
    const sure = differences.reduce((all, value, channel) => all * tukey(value / (scales[channel] ?? 1)), share);
    certainty[index] = sure;
    differences.forEach((value, channel) => {
      values[index * CHANNELS + channel] = Math.min(Math.max(value, -MOST_LEVELS), MOST_LEVELS) * sure;
    });
  }
  return { columns, rows, cell, values: pushPull({ columns, rows, values, certainty }) };
}

/** Reads an evening for the pixels of one row at a time. */
export class EveningRow {
  /** Gain and offset by level, for each channel. */
  readonly #tables: readonly Float32Array[];
  readonly #field: Field | undefined;
  readonly #row: Float32Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #share: Float32Array;

  constructor({ tones, field }: Evening, { width }: Distances) {
    this.#tables = tones.map(({ gain, offset }) =>
      Float32Array.from({ length: 256 }, (_, level) => gain * level + offset),
    );
    this.#field = field;
    this.#row = new Float32Array((field?.columns ?? 0) * CHANNELS);
    this.#from = new Int32Array(width);
    this.#to = new Int32Array(width);
    this.#share = new Float32Array(width);
    for (let x = 0; field !== undefined && x < width; x++) {
      const { from, to, share } = between((x + 0.5) / field.cell - 0.5, field.columns);
      this.#from[x] = from * CHANNELS;
      this.#to[x] = to * CHANNELS;
      this.#share[x] = share;
    }
  }

  /** Moves to a row of the region. */
  move(y: number): void {
    const field = this.#field;
    if (field === undefined) return;
    const { from, to, share } = between((y + 0.5) / field.cell - 0.5, field.rows);
    const length = this.#row.length;
    for (let at = 0; at < length; at++) {
      const upper = field.values[from * length + at] ?? 0;
      this.#row[at] = upper + ((field.values[to * length + at] ?? 0) - upper) * share;
    }
  }

  /** The evened level of a channel of a pixel in column `x` of the region; not rounded, and maybe outside of 0 to 255. */
  level(x: number, channel: number, level: number): number {
    const toned = this.#tables[channel]?.[level] ?? level;
    if (this.#field === undefined) return toned;
    const left = this.#row[(this.#from[x] ?? 0) + channel] ?? 0;
    const right = this.#row[(this.#to[x] ?? 0) + channel] ?? 0;
    return toned + left + (right - left) * (this.#share[x] ?? 0);
  }
}
