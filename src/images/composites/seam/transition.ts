import { THIRDS, type Distances } from './distances.ts';
import { EveningRow, type Evening } from './evening.ts';
import { CHANNELS, FARTHEST, type Layers } from './layers.ts';
import { median } from './tone.ts';

/** Pixels beyond the farthest reach over which the usual difference is measured. */
const FAR = 24;
/** New content differs from the source by more than this factor and these levels beyond the usual. */
const [FACTOR, LEVELS] = [1.35, 0.8];
/** Pixels that are added to the farthest difference that was seen. */
const MARGIN = 2;

/**
 * How far new content reaches over the edge of the mask: the farthest distance at which the evened answer differs from the
 * source by more than it does far away, in whole pixels. 0 where the answer kept to its mask.
 */
export function measureTransition(layers: Layers, distances: Distances, evening: Evening): number {
  const { width, source, answer, mask, opaque } = layers;
  const { region, width: across, height: down, thirds } = distances;
  const row = new EveningRow(evening, distances);
  const sums = new Float64Array(FARTHEST + FAR);
  const counts = new Float64Array(FARTHEST + FAR);
  const end = sums.length * THIRDS;
  for (let y = 0; y < down; y++) {
    row.move(y);
    const from = (region.top + y) * width + region.left;
    for (let x = 0; x < across; x++) {
      const away = thirds[y * across + x] ?? 0;
      // Where the mask is soft, new content is what was asked for.
      if (away === 0 || away >= end || mask[from + x] !== 0 || opaque?.[from + x] === 0) continue;
      const at = (from + x) * CHANNELS + 1;
      const pixels = Math.floor(away / THIRDS);
      sums[pixels] = (sums[pixels] ?? 0) + Math.abs((source[at] ?? 0) - row.level(x, 1, answer[at] ?? 0));
      counts[pixels] = (counts[pixels] ?? 0) + 1;
    }
  }
  const means = Array.from(sums, (sum, pixels) => sum / (counts[pixels] ?? 0));
  const usual = median(means.slice(FARTHEST).filter(Number.isFinite));
  for (let pixels = FARTHEST; pixels >= 1; pixels--) {
    if ((means[pixels] ?? 0) > usual * FACTOR + LEVELS) return Math.min(FARTHEST, pixels + MARGIN);
  }
  return 0;
}
