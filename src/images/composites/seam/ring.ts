import { THIRDS, type Distances } from './distances.ts';
import { CHANNELS, EDGE, isClipped, type Layers } from './layers.ts';

/** Most cells along the longer side of the region. */
const MOST_CELLS = 256;
const SMALLEST_CELL = 4;
/** Pixels of the region above which every second row and column is measured. */
const MANY_PIXELS = 1_500_000;
/** Pixels from the open part up to which a cell counts fully, and over which its weight falls by a factor of e. */
const [NEAR, FALL] = [16, 48];

/**
 * The kept part around what is open, as means of cells: what source and answer should have in common, and do not where
 * the answer came back in another tone.
 */
export interface Ring {
  readonly columns: number;
  readonly rows: number;
  /** Side of a cell, pixels. */
  readonly cell: number;
  /** Means of the source's RGB, three for each cell; 0 in cells without kept pixels. */
  readonly source: Float32Array;
  readonly answer: Float32Array;
  /** Kept pixels of each cell as a share of half the cell, at most 1. */
  readonly filled: Float32Array;
  /** Share of a cell in the fit: full beside the open part, less farther away. */
  readonly weight: Float32Array;
  /** Number of cells with kept pixels. */
  readonly kept: number;
}

/** Measures the kept part: pixels beyond the edge, neither clipped nor transparent. */
export function measureRing(layers: Layers, distances: Distances): Ring {
  const { width, source, answer, mask, opaque } = layers;
  const { region, width: across, height: down, thirds } = distances;
  const cell = Math.max(SMALLEST_CELL, Math.ceil(Math.max(across, down) / MOST_CELLS));
  const [columns, rows] = [Math.ceil(across / cell), Math.ceil(down / cell)];
  const sums = {
    source: new Float32Array(columns * rows * CHANNELS),
    answer: new Float32Array(columns * rows * CHANNELS),
  };
  const count = new Float32Array(columns * rows);
  const step = across * down > MANY_PIXELS ? 2 : 1;
  for (let y = 0; y < down; y += step) {
    const from = (region.top + y) * width + region.left;
    const row = Math.floor(y / cell) * columns;
    for (let x = 0; x < across; x += step) {
      const pixel = from + x;
      if ((thirds[y * across + x] ?? 0) <= EDGE * THIRDS || mask[pixel] !== 0 || opaque?.[pixel] === 0) continue;
      const at = pixel * CHANNELS;
      const [red, green, blue] = [source[at] ?? 0, source[at + 1] ?? 0, source[at + 2] ?? 0];
      if (isClipped(red, green, blue)) continue;
      const index = row + Math.floor(x / cell);
      count[index] = (count[index] ?? 0) + 1;
      for (let channel = 0; channel < CHANNELS; channel++) {
        const to = index * CHANNELS + channel;
        sums.source[to] = (sums.source[to] ?? 0) + (source[at + channel] ?? 0);
        sums.answer[to] = (sums.answer[to] ?? 0) + (answer[at + channel] ?? 0);
      }
    }
  }
  const grid = { columns, rows, cell };
  return { ...grid, ...sums, ...weigh(sums, count, { columns, cell, step, distances }) };
}

interface Grid {
  readonly columns: number;
  readonly cell: number;
  readonly step: number;
  readonly distances: Distances;
}

/** Turns sums into means in place, and weighs the cells. */
function weigh(
  { source, answer }: Pick<Ring, 'source' | 'answer'>,
  count: Float32Array,
  { columns, cell, step, distances }: Grid,
): Pick<Ring, 'filled' | 'weight' | 'kept'> {
  const filled = new Float32Array(count.length);
  const weight = new Float32Array(count.length);
  let kept = 0;
  for (let index = 0; index < count.length; index++) {
    const pixels = count[index] ?? 0;
    if (pixels === 0) continue;
    kept++;
    for (let at = index * CHANNELS; at < (index + 1) * CHANNELS; at++) {
      source[at] = (source[at] ?? 0) / pixels;
      answer[at] = (answer[at] ?? 0) / pixels;
    }
    const share = Math.min(1, (pixels * step * step * 2) / (cell * cell));
    const y = Math.min(distances.height - 1, Math.floor((Math.floor(index / columns) + 0.5) * cell));
    const x = Math.min(distances.width - 1, Math.floor(((index % columns) + 0.5) * cell));
    const away = (distances.thirds[y * distances.width + x] ?? 0) / THIRDS;
    filled[index] = share;
    weight[index] = share * Math.exp(-Math.max(0, away - NEAR) / FALL);
  }
  return { filled, weight, kept };
}
