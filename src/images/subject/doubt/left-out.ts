import { distancesTo } from '../cut/distance.ts';
import { sizeOf } from '../cut/measures.ts';
import { withoutPartsOf, type Pixels } from '../cut/parts.ts';
import type { Area, Plane } from '../types.ts';

/** Probability from which on a pixel may belong: where the net knows nothing of a subject, it says less. */
const POSSIBLE = 0.2;
/** Distance from an area from which on what may belong is no blur of its edge, as a share of the longer side. */
const BEYOND_EDGE = 0.02;

/**
 * What a cut left out although the net took it for a part of the subject, or half did: a dark helmet before dark ground, for
 * one, whose edge the colours cannot show. What is blurred along the edge of the area does not count.
 * @param stays pixels of which a caller has said that they are no part of the subject, nor what hangs together with them
 * @returns pixels, as a share of those of the area; 0 where the area is empty
 */
export function shareLeftOut(area: Area, probability: Plane, stays: Pixels): number {
  const possible = probability.data.map((value, pixel) => (value > POSSIBLE && area.data[pixel] === 0 ? 1 : 0));
  const leftOut = withoutPartsOf({ ...area, data: Uint8Array.from(possible) }, stays);
  const toArea = distancesTo(1, area);
  const edge = BEYOND_EDGE * Math.max(area.width, area.height);
  const count = leftOut.data.reduce((sum, value, pixel) => sum + ((toArea[pixel] ?? 0) > edge ? value : 0), 0);
  return count / Math.max(1, sizeOf(area));
}
