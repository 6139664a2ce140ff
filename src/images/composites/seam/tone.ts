import { CHANNELS } from './layers.ts';
import type { Ring } from './ring.ts';

/** What turns a channel of the answer into the tone of the source: `gain * value + offset`. */
export interface Tone {
  readonly gain: number;
  readonly offset: number;
}

export const UNCHANGED: readonly Tone[] = [0, 1, 2].map(() => ({ gain: 1, offset: 0 }));

/** Rounds of reweighting, after which nothing changes any more. */
const ROUNDS = 8;
/** Tukey's constant: 95 % as exact as least squares where nothing is an outlier. */
export const TUKEY = 4.685;
/** Turns a median of absolute deviations into a standard deviation. */
export const TO_SIGMA = 1.4826;
/** Least standard deviation that outliers are measured by, levels. */
const LEAST_SIGMA = 0.8;
/** Variance of the ring, square levels, at which the gain is half trusted: a flat ring says nothing about contrast. */
const HALF_TRUSTED = 25;
/** Most that contrast is changed. */
const MOST_GAIN = 0.12;
/** Weight below which a cell is left out. */
export const LEAST_WEIGHT = 0.02;
const LEAST_CELLS = 4;
/** Change of mid grey, levels, above which the answer shows another light: to even it would undo the edit. */
export const OTHER_LIGHT = 20;

/** Fits gain and offset of each channel to the ring, by least squares with Tukey's weights. */
export function fitTone(ring: Ring): readonly Tone[] {
  const cells: number[] = [];
  ring.weight.forEach((weight, index) => {
    if (weight > LEAST_WEIGHT) cells.push(index);
  });
  return cells.length < LEAST_CELLS ? UNCHANGED : [0, 1, 2].map((channel) => fitChannel(ring, cells, channel));
}

/** Whether the kept part came back in so different a light that the difference is the edit itself. */
export function isOtherLight(tones: readonly Tone[]): boolean {
  return tones.some(({ gain, offset }) => Math.abs(gain * 128 + offset - 128) > OTHER_LIGHT);
}

function fitChannel(ring: Ring, cells: readonly number[], channel: number): Tone {
  const given = cells.map((index) => ring.answer[index * CHANNELS + channel] ?? 0);
  const wanted = cells.map((index) => ring.source[index * CHANNELS + channel] ?? 0);
  const residuals = ({ gain, offset }: Tone) =>
    given.map((value, index) => (wanted[index] ?? 0) - gain * value - offset);
  let tone: Tone = { gain: 1, offset: median(residuals({ gain: 1, offset: 0 })) };
  for (let round = 0; round < ROUNDS; round++) {
    const left = residuals(tone);
    const scale = TUKEY * Math.max(LEAST_SIGMA, TO_SIGMA * median(left.map(Math.abs)));
    let [sum, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
    left.forEach((residual, index) => {
      const weight = tukey(residual / scale) * (ring.weight[cells[index] ?? 0] ?? 0);
      const [x, y] = [given[index] ?? 0, wanted[index] ?? 0];
      sum += weight;
      sumX += weight * x;
      sumY += weight * y;
      sumXX += weight * x * x;
      sumXY += weight * x * y;
    });
    if (sum < 0.5) break;
    const [meanX, meanY] = [sumX / sum, sumY / sum];
    const variance = sumXX / sum - meanX * meanX;
    const slope = variance > 1 ? (sumXY / sum - meanX * meanY) / variance : 1;
    const trusted = (slope - 1) * (variance / (variance + HALF_TRUSTED));
    const gain = 1 + Math.min(Math.max(trusted, -MOST_GAIN), MOST_GAIN);
    tone = { gain, offset: meanY - gain * meanX };
  }
  return tone;
}

/** Weight of a residual in units of the scale beyond which it is an outlier. */
export function tukey(ratio: number): number {
  return Math.abs(ratio) >= 1 ? 0 : (1 - ratio * ratio) ** 2;
}

/** The upper median; 0 without values. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[sorted.length >> 1] ?? 0;
}
