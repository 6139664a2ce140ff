import { CHANNELS } from '../composites/seam/layers.ts';
import type { Box } from '../composites/box.ts';
import { encodeMask } from '../masks/encode.ts';
import type { Size } from '../size.ts';
import { loadSharp } from '../sharp.ts';

/** A part of a chart's mask: 255 is painted anew, 0 is kept. */
export interface MaskPart {
  readonly box: Box;
  readonly level: number;
}

/** A picture and a mask of which every pixel is known, so that an answer can be measured against them. */
export interface Chart extends Size {
  /** RGB. */
  readonly pixels: Uint8Array;
  readonly mask: Uint8Array;
  readonly picturePng: Uint8Array;
  readonly maskPng: Uint8Array;
}

/** What a chart shows; both parts optional. */
export interface ChartParts {
  readonly size: Size;
  /** Column and row of the waves at the upper left corner (0, 0): a chart may be a part of another one. */
  readonly origin?: { readonly left: number; readonly top: number };
  /** Column from which the picture is mirrored, as padding is; none by default. */
  readonly mirroredFrom?: number;
  /** Later parts cover earlier ones; what none covers is `base`. */
  readonly mask: readonly MaskPart[];
  /** Level of the mask outside of its parts (0). */
  readonly base?: number;
}

/** Waves of one channel: pixels of a radian across, down, and along both diagonals. The latter are steep enough to show a shift. */
const WAVES = [
  [37, 29, 3.5, 4.5],
  [31, 41, 4, 5],
  [43, 23, 4.5, 3.5],
] as const;

/** Draws a chart: soft waves with slopes in every direction, nowhere clipped. Deterministic. */
export async function drawChart(chart: ChartParts): Promise<Chart> {
  const { size, mask: parts, base = 0 } = chart;
  const { width, height } = size;
  const pixels = drawWaves(chart);
  const mask = new Uint8Array(width * height).fill(base);
  for (const { box, level } of parts) {
    for (let y = box.top; y < box.bottom; y++) mask.fill(level, y * width + box.left, y * width + box.right);
  }
  const sharp = await loadSharp();
  const picturePng = await sharp(pixels, { raw: { ...size, channels: CHANNELS } })
    .png({ compressionLevel: 6 })
    .toBuffer();
  return { ...size, pixels, mask, picturePng, maskPng: await encodeMask({ ...size, data: mask }) };
}

/** The waves as RGB. Each sine is computed once for its column, row or diagonal, not for every pixel. */
function drawWaves({ size, origin, mirroredFrom = Infinity }: ChartParts): Uint8Array {
  const { width, height } = size;
  const { left, top } = origin ?? { left: 0, top: 0 };
  const pixels = new Uint8Array(width * height * CHANNELS);
  const columns = Array.from({ length: width }, (_, x) => left + (x >= mirroredFrom ? 2 * mirroredFrom - 1 - x : x));
  const first = Math.min(...columns);
  const diagonals = Math.max(...columns) - first + height;
  WAVES.forEach(([across, down, falling, rising], channel) => {
    const vertical = sines(top, height, down);
    const falls = sines(first + top, diagonals, falling);
    const rises = sines(first - top - height + 1, diagonals, rising);
    const horizontal = columns.map((column) => Math.sin(column / across));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const column = (columns[x] ?? 0) - first;
        const soft = (horizontal[x] ?? 0) + (vertical[y] ?? 0);
        const steep = (falls[column + y] ?? 0) + (rises[column + height - 1 - y] ?? 0);
        pixels[(y * width + x) * CHANNELS + channel] = Math.round(128 + 25 * (soft + steep));
      }
    }
  });
  return pixels;
}

/** Sines of so many successive whole numbers, in pixels, with `radian` pixels for each radian. */
function sines(from: number, count: number, radian: number): Float64Array {
  return Float64Array.from({ length: count }, (_, n) => Math.sin((from + n) / radian));
}
