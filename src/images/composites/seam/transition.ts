import { THIRDS, type Distances } from './distances.ts';
import { EveningRow, type Evening } from './evening.ts';
import { CHANNELS, FARTHEST, type Layers } from './layers.ts';

/** Pixels beyond the farthest reach over which the usual difference is measured. */
const FAR = 24;
/** New content differs from the source by more than this factor and these levels beyond the usual. */
const [FACTOR, LEVELS] = [1.35, 0.8];
/** Pixels that are added to the farthest difference that was seen. */
const MARGIN = 2;

/**
 * How far new content reaches over the edge of the mask: the farthest distance at which the evened answer differs from the
 * source by more than it usually does, in whole pixels. 0 where the answer kept to its mask. What is usual depends on
 * what is to be seen, since an answer is softer than its source: at edges it differs more than on plain ground.
 */
export function measureTransition(layers: Layers, distances: Distances, evening: Evening): number {
  const bins = measureBins(layers, distances, evening);
  const usual = fitUsual(bins.slice(FARTHEST));
  for (let pixels = FARTHEST; pixels >= 1; pixels--) {
    const { count, difference, slope } = bins[pixels] ?? { count: 0, difference: 0, slope: 0 };
    if (count === 0) continue;
    const expected = usual.plain + usual.bySlope * (slope / count);
    if (difference / count > expected * FACTOR + LEVELS) return Math.min(FARTHEST, pixels + MARGIN);
  }
  return 0;
}

/** Sums over the pixels at one distance from the open part, of the green channel. */
interface Bin {
  count: number;
  difference: number;
  slope: number;
  slopeSquared: number;
  product: number;
}

function measureBins(layers: Layers, distances: Distances, evening: Evening): readonly Bin[] {
  const { width, height, source, answer, mask, opaque } = layers;
  const { region, width: across, height: down, thirds } = distances;
  const row = new EveningRow(evening, distances);
  const bins = Array.from({ length: FARTHEST + FAR }, (): Bin => {
    return { count: 0, difference: 0, slope: 0, slopeSquared: 0, product: 0 };
  });
  const end = bins.length * THIRDS;
  const green = (pixel: number) => source[pixel * CHANNELS + 1] ?? 0;
  for (let y = 0; y < down; y++) {
    row.move(y);
    const from = (region.top + y) * width + region.left;
    const [above, below] = [region.top + y > 0 ? width : 0, region.top + y < height - 1 ? width : 0];
    for (let x = 0; x < across; x++) {
      const away = thirds[y * across + x] ?? 0;
      const pixel = from + x;
      // Where the mask is soft, new content is what was asked for.
      if (away === 0 || away >= end || mask[pixel] !== 0 || opaque?.[pixel] === 0) continue;
      const bin = bins[Math.floor(away / THIRDS)];
      if (bin === undefined) continue;
      const level = row.level(x, 1, answer[pixel * CHANNELS + 1] ?? 0);
      const difference = Math.abs(green(pixel) - level);
      const [left, right] = [region.left + x > 0 ? 1 : 0, region.left + x < width - 1 ? 1 : 0];
      const slope =
        Math.abs(green(pixel + right) - green(pixel - left)) + Math.abs(green(pixel + below) - green(pixel - above));
      bin.count++;
      bin.difference += difference;
      bin.slope += slope;
      bin.slopeSquared += slope * slope;
      bin.product += slope * difference;
    }
  }
  return bins;
}

/** The usual difference on plain ground, and what each level of slope adds: a line through all far pixels. */
function fitUsual(far: readonly Bin[]): { readonly plain: number; readonly bySlope: number } {
  const sum = (of: (bin: Bin) => number) => far.reduce((all, bin) => all + of(bin), 0);
  const count = sum((bin) => bin.count);
  if (count === 0) return { plain: 0, bySlope: 0 };
  const [difference, slope] = [sum((bin) => bin.difference) / count, sum((bin) => bin.slope) / count];
  const variance = sum((bin) => bin.slopeSquared) / count - slope * slope;
  const covariance = sum((bin) => bin.product) / count - slope * difference;
  const bySlope = variance > 1 ? Math.max(0, covariance / variance) : 0;
  return { plain: Math.max(0, difference - bySlope * slope), bySlope };
}
