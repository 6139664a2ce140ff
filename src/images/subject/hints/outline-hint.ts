import { distancesTo } from '../cut/distance.ts';
import { CLOSED, OPEN, UNDECIDED, type Hint } from '../cut/hint.ts';
import type { Area } from '../types.ts';

/** Strength of the leaning where the outline is as far away as it may be wrong. */
const STRENGTH = 4;
/** How far an outline may be wrong: a share of the root of its area, and at least some pixels. */
const [SHARE_OF_SIZE, LEAST] = [0.12, 3];
/** Share of the way from the outline to the innermost pixel that is undecided at most: something of a thin area is certain. */
const DEEPEST = 0.8;

/**
 * An outline that is about right. What is far outside of it is closed, what is far inside open, and near it pixels lean to
 * their side the more the farther from it they are. The edge of the picture is no outline.
 * @param least how far the outline may be wrong at least, pixels of the working copy
 */
export function outlineHint(rough: Area, least: number): Hint {
  const inwards = distancesTo(0, rough);
  const outwards = distancesTo(1, rough);
  const size = Math.sqrt(rough.data.reduce((sum, value) => sum + value, 0));
  const wrong = Math.max(LEAST, least, SHARE_OF_SIZE * size);
  const deepest = inwards.reduce(
    (most, distance, pixel) => (rough.data[pixel] === 1 ? Math.max(most, distance) : most),
    0,
  );
  const core = Math.min(wrong, DEEPEST * deepest);
  const certain = new Uint8Array(rough.data.length);
  const lean = new Float32Array(rough.data.length);
  for (let pixel = 0; pixel < certain.length; pixel++) {
    const inside = inwards[pixel] ?? 0;
    const outside = outwards[pixel] ?? 0;
    certain[pixel] = inside > core ? OPEN : outside > wrong ? CLOSED : UNDECIDED;
    lean[pixel] = STRENGTH * Math.max(-1, Math.min(1, (inside - outside) / wrong));
  }
  return { width: rough.width, height: rough.height, certain, guess: rough.data, lean };
}
