import { Mixture } from '../cut/colours/mixture.ts';
import { labOf } from '../cut/colours/lab.ts';
import { sampleOf } from '../cut/cut-out.ts';
import { pixelsOf } from '../cut/corrections.ts';
import { distancesTo } from '../cut/distance.ts';
import { sizeOf } from '../cut/measures.ts';
import { withoutIslands, withoutPartsOf } from '../cut/parts.ts';
import { boxMean } from '../pixels/box-mean.ts';
import type { Area, Check, Corrections, Plane, RgbPicture } from '../types.ts';

const COLOURS = { components: 5, floor: 4 };
/** Fewest pixels of either side that have colours to speak of, and the most that are looked at. */
const [FEWEST, SAMPLE] = [50, 4000];
/** Share of a side whose colours are usual there. */
const USUAL = 0.9;
/** Least share of a side that is left without what has colours of the other one. */
const LEAST_LEFT = 0.2;
/** Log odds from which a pixel counts as one of the other side, and the most that the log odds of a single pixel may be. */
const [RATHER, MOST] = [2, 6];
/** Radius of the square over which odds are averaged, and half the width below which a part is a rim, pixels. */
const [AROUND, RIM] = [1, 1.5];
/** Distance within which a part beside an area hangs together with it, pixels. */
const BESIDE = 3;

/** A part of one side of an outline that has the colours of the other side alone. */
export interface Misplaced {
  /** Pixels of the part, as a share of those of the area. */
  readonly share: number;
  /** A pixel in its middle. */
  readonly pixel: number;
}

/** What is known besides colours, in the pixels of the copy. */
interface Known {
  readonly probability: Plane | undefined;
  readonly corrections: Corrections;
}

/**
 * The largest parts that are on the wrong side of an area's outline by their colours: what it took in that has those of the
 * surroundings alone, such as the hole of a handle, and what it left out beside itself that has those of the subject alone,
 * such as a piece that a rough outline cut off.
 * @param known.probability of each pixel by a net that has found the subject; what it has on the same side is no such part
 * @param known.corrections points of which a caller has said on which side they are: no part that holds one is such a part
 * @throws what `check` throws
 */
export function misplacedParts(
  area: Area,
  copy: RgbPicture,
  { probability, corrections: { belongs, stays } }: Known,
  check: Check,
): { takenIn: Misplaced; leftOut: Misplaced } {
  const lab = labOf(copy);
  check();
  const others = { ...area, data: area.data.map((value) => 1 - value) };
  const inside = withoutPartsOf(
    ofOtherColours(lab, area, (pixel) => (probability?.data[pixel] ?? 0) < 0.5, check),
    pixelsOf(belongs, area),
  );
  const outside = withoutPartsOf(
    ofOtherColours(lab, others, (pixel) => (probability?.data[pixel] ?? 1) >= 0.5, check),
    pixelsOf(stays, area),
  );
  const toArea = distancesTo(1, area);
  const beside = [...outside.data.keys()].filter(
    (pixel) => outside.data[pixel] === 1 && (toArea[pixel] ?? 0) <= BESIDE,
  );
  const apart = withoutPartsOf(outside, beside);
  const joined = beside.length === 0 ? [] : outside.data.map((value, pixel) => value - (apart.data[pixel] ?? 0));
  const size = Math.max(1, sizeOf(area));
  return { takenIn: largestOf(inside, size), leftOut: largestOf({ ...area, data: Uint8Array.from(joined) }, size) };
}

/** What of a side has the colours of the other side alone, without rims. */
function ofOtherColours(lab: Float32Array, side: Area, isInDoubt: (pixel: number) => boolean, check: Check): Area {
  const { width, height, data } = side;
  const none = { width, height, data: new Uint8Array(data.length) };
  const others = sampleOf(0, data, SAMPLE);
  if (others.length < FEWEST || sampleOf(1, data, FEWEST).length < FEWEST) return none;
  const colours = Mixture.of(lab, others, COLOURS);
  const toOthers = costsOf(colours, lab, side);
  check();
  const usual =
    Float32Array.from(others, (pixel) => costOf(colours, lab, pixel)).sort()[Math.floor(others.length * USUAL)] ?? 0;
  const own = data.map((value, pixel) => (value === 1 && (toOthers[pixel] ?? 0) > usual ? 1 : 0));
  const isEnough = sizeOf({ ...side, data: own }) >= Math.max(FEWEST, LEAST_LEFT * sizeOf(side));
  const toOwn = costsOf(Mixture.of(lab, sampleOf(1, isEnough ? own : data, SAMPLE), COLOURS), lab, side);
  check();
  const odds = toOwn.map((cost, pixel) =>
    data[pixel] === 1 ? Math.max(-MOST, Math.min(MOST, cost - (toOthers[pixel] ?? 0))) : 0,
  );
  boxMean(odds, width, height, AROUND);
  const rather = data.map((value, pixel) => (value === 1 && isInDoubt(pixel) && (odds[pixel] ?? 0) > RATHER ? 1 : 0));
  const inwards = distancesTo(0, { width, height, data: rather });
  const core = {
    width,
    height,
    data: rather.map((value, pixel) => (value === 1 && (inwards[pixel] ?? 0) > RIM ? 1 : 0)),
  };
  if (sizeOf(core) === 0) return none;
  const toCore = distancesTo(1, core);
  return { width, height, data: rather.map((value, pixel) => (value === 1 && (toCore[pixel] ?? 0) <= RIM ? 1 : 0)) };
}

/** The costs of the pixels of a side, 0 for all others. */
function costsOf(colours: Mixture, lab: Float32Array, { data }: Area): Float32Array {
  return Float32Array.from(data, (value, pixel) => (value === 1 ? costOf(colours, lab, pixel) : 0));
}

function costOf(colours: Mixture, lab: Float32Array, pixel: number): number {
  return colours.cost(lab[pixel * 3] ?? 0, lab[pixel * 3 + 1] ?? 0, lab[pixel * 3 + 2] ?? 0);
}

function largestOf(parts: Area, size: number): Misplaced {
  if (parts.data.length === 0 || sizeOf(parts) === 0) return { share: 0, pixel: 0 };
  const largest = withoutIslands(parts, 1);
  const inwards = distancesTo(0, largest);
  let pixel = 0;
  for (let i = 0; i < inwards.length; i++) {
    if (largest.data[i] === 1 && (inwards[i] ?? 0) > (largest.data[pixel] === 1 ? (inwards[pixel] ?? 0) : -1))
      pixel = i;
  }
  return { share: sizeOf(largest) / size, pixel };
}
