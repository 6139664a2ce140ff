import { logarithm } from '../pixels/arithmetic.ts';
import { distancesTo } from '../cut/distance.ts';
import { CLOSED, OPEN, UNDECIDED, type Hint } from '../cut/hint.ts';
import { boxOf, overlap, sizeOf } from '../cut/measures.ts';
import { withoutHoles, withoutIslands } from '../cut/parts.ts';
import type { Area, Plane } from '../types.ts';

/** Least agreement of the net with a hint: overlap of their boxes, or of the areas themselves. */
const AGREEMENT = { box: 0.65, outline: 0.75 };
/** Overlap counts less where part of the net's subject is outside of the hint. */
const [LEAST_INSIDE, OUTSIDE_FACTOR] = [0.9, 0.8];
/** Islands and holes of the net's answer that are noise, as shares. */
const [ISLAND, HOLE] = [0.15, 0.01];
/** Least share of the copy that the net has to find, and most pixels that it may be unsure of, as a share of those. */
const [LEAST_FOUND, MOST_UNSURE] = [0.02, 0.4];
/** Probabilities between which the net is unsure. */
const [SURELY_NOT, SURELY] = [0.1, 0.9];
/** Distance from the net's outline beyond which it is certain, as a share of the longer side. */
const MARGIN = 0.03;
/** Strength of the leaning of the net, and share of its own leaning that the hint keeps. */
const STRENGTH = 4;
const KEPT = { box: 0.3, outline: 0.5 };

/** What a hint is: a box that holds the subject, or about its outline. */
export type HintKind = 'box' | 'outline';

/**
 * The hint with what a net says about the picture, or undefined where the two do not agree: then the net has found another
 * thing than the one that is meant.
 * @param rough what the hint marks
 * @param probability of each pixel, 0 to 1
 */
export function withNet(hint: Hint, kind: HintKind, rough: Area, probability: Plane): Hint | undefined {
  const sized = { width: hint.width, height: hint.height };
  const above = probability.data.map((value) => (value >= 0.5 ? 1 : 0));
  const found = withoutHoles(withoutIslands({ ...sized, data: Uint8Array.from(above) }, ISLAND), HOLE);
  if (!isClear(found, probability) || agreementOf(kind, found, rough) < AGREEMENT[kind]) return undefined;
  const inwards = distancesTo(0, found);
  const outwards = distancesTo(1, found);
  const margin = MARGIN * Math.max(hint.width, hint.height);
  const certain = hint.certain.slice();
  const guess = hint.guess.slice();
  const lean = hint.lean.slice();
  for (let pixel = 0; pixel < lean.length; pixel++) {
    const value = probability.data[pixel] ?? 0;
    const odds = logarithm((value + 0.02) / (1.02 - value)) / 3;
    lean[pixel] = KEPT[kind] * (lean[pixel] ?? 0) + STRENGTH * Math.max(-1, Math.min(1, odds));
    guess[pixel] = value >= 0.5 ? 1 : 0;
    const before = hint.certain[pixel];
    const isClose = (outwards[pixel] ?? 0) <= margin;
    if (before === CLOSED && (kind === 'box' || !isClose || value < 0.5)) continue;
    if (before === OPEN) continue;
    if (value > SURELY && (inwards[pixel] ?? 0) > margin) certain[pixel] = OPEN;
    else if (value < SURELY_NOT && !isClose && kind === 'box') certain[pixel] = CLOSED;
    else certain[pixel] = UNDECIDED;
  }
  return { ...sized, certain, guess, lean };
}

/** Whether the net has found something, and knows where it ends. */
function isClear(found: Area, { data }: Plane): boolean {
  const size = sizeOf(found);
  const unsure = data.reduce((sum, value) => sum + (value > SURELY_NOT && value < SURELY ? 1 : 0), 0);
  return size > LEAST_FOUND * data.length && unsure < MOST_UNSURE * size;
}

function agreementOf(kind: HintKind, found: Area, rough: Area): number {
  if (kind === 'outline') return overlap(found, rough);
  const inside = found.data.reduce((sum, value, pixel) => sum + (value & (rough.data[pixel] ?? 0)), 0);
  const boxes = overlap(boxOf(found), boxOf(rough));
  return inside < LEAST_INSIDE * sizeOf(found) ? boxes * OUTSIDE_FACTOR : boxes;
}
