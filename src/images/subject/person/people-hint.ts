import { logarithm } from '../pixels/arithmetic.ts';
import { distancesTo } from '../cut/distance.ts';
import { CLOSED, OPEN, UNDECIDED, type Hint } from '../cut/hint.ts';
import { halfOf } from '../cut/resample.ts';
import type { Plane } from '../types.ts';

/** Probabilities beyond which the net is sure. */
const [SURELY_NOT, SURELY] = [0.1, 0.9];
/** Distance from the net's outline within which nothing is certain, as a share of the longer side. */
const MARGIN = 0.03;
/** Strength of the net's leaning against that of colours. */
const STRENGTH = 4;

/** What a net knows of people, as a hint for a cut: certain away from their outline, leaning near it. */
export function peopleHint(probability: Plane): Hint {
  const { width, height, data } = probability;
  const found = halfOf(probability);
  const inwards = distancesTo(0, found);
  const outwards = distancesTo(1, found);
  const margin = MARGIN * Math.max(width, height);
  const certain = new Uint8Array(data.length).fill(UNDECIDED);
  const lean = new Float32Array(data.length);
  for (let pixel = 0; pixel < data.length; pixel++) {
    const value = data[pixel] ?? 0;
    if (value > SURELY && (inwards[pixel] ?? 0) > margin) certain[pixel] = OPEN;
    if (value < SURELY_NOT && (outwards[pixel] ?? 0) > margin) certain[pixel] = CLOSED;
    const odds = logarithm((value + 0.02) / (1.02 - value)) / 3;
    lean[pixel] = STRENGTH * Math.min(Math.max(odds, -1), 1);
  }
  return { width, height, certain, guess: found.data, lean };
}
