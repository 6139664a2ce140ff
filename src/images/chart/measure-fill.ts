import { boxOfOpen, measureDistances } from '../composites/seam/distances.ts';
import { residualField } from '../composites/seam/evening.ts';
import { CHANNELS, FARTHEST } from '../composites/seam/layers.ts';
import { measureRing } from '../composites/seam/ring.ts';
import { findShift, takeBack, type Shift } from '../composites/seam/shift.ts';
import { fitTone, type Tone } from '../composites/seam/tone.ts';
import { measureTransition } from '../composites/seam/transition.ts';
import { wholeBox, type Box } from '../composites/box.ts';
import { inTurn } from '../decodable.ts';
import type { Size } from '../size.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import type { Chart } from './chart.ts';

/** How an answer differs from the chart that it was painted over. */
export interface FillFindings {
  /** Change of mid grey in the kept part, levels of red, green and blue. */
  readonly drift: readonly number[];
  /** Undefined where none is found: under 0.2 pixels, or 2 and more. */
  readonly shift: Shift | undefined;
  /** Pixels outside of the mask that new content reaches to; 0 where the answer kept to its mask. */
  readonly bleed: number;
  /** Mean difference of what is kept, beyond the farthest bleed, in levels, once drift and shift are taken back. */
  readonly kept: number;
  /** The mean difference within each box that was asked for. */
  readonly boxes: readonly number[];
}

/** Pixels along the edge of a box that are not measured. */
const RIM = 16;

/**
 * Measures an answer, by the code that also makes composites.
 * @param boxes parts of the chart whose mean difference is wanted
 * @returns undefined where the answer has another size than the chart
 */
export async function measureFill(
  chart: Chart,
  answer: Uint8Array,
  boxes: readonly Box[],
): Promise<FillFindings | undefined> {
  const pixels = await decode(answer, chart);
  if (pixels === undefined) return undefined;
  const { width, height, pixels: source } = chart;
  const mask = chart.mask.map((level) => (level === 0 ? 0 : 255));
  const open = boxOfOpen(mask, width, height);
  if (open === undefined) return undefined;
  const layers = { width, height, source, answer: pixels, mask };
  const distances = measureDistances(layers, open);
  const ring = measureRing(layers, distances);
  const tones = fitTone(ring);
  const shift = findShift(layers, distances, tones);
  const placed =
    shift === undefined
      ? layers
      : { ...layers, answer: takeBack(layers, { ...distances, region: wholeBox(chart) }, shift) };
  const evening = { tones, field: residualField(measureRing(placed, distances), tones) };
  const wide = grown(mask, { width, height });
  return {
    // The tone turns the answer into the source; the drift is the opposite.
    drift: tones.map(({ gain, offset }) => (128 - offset) / gain - 128),
    shift,
    bleed: measureTransition(placed, distances, evening),
    kept: meanDifference(source, placed.answer, tones, (at) => wide[at] === 0),
    boxes: boxes.map((box) => meanDifference(source, placed.answer, tones, (at) => isInside(box, at, width))),
  };
}

/** RGB of eight bits; undefined for a picture of another size. */
async function decode(bytes: Uint8Array, { width, height }: Size): Promise<Uint8Array | undefined> {
  const sharp = await loadSharp();
  const { data, info } = await inTurn({ width, height }, () =>
    sharp(bytes, OPEN_OPTIONS).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }),
  );
  return info.width === width && info.height === height && info.channels === CHANNELS ? data : undefined;
}

function isInside({ left, top, right, bottom }: Box, at: number, width: number): boolean {
  const [x, y] = [at % width, Math.floor(at / width)];
  return x >= left + RIM && x < right - RIM && y >= top + RIM && y < bottom - RIM;
}

/** The mask, open wherever bleeding may reach: by rows, then by columns. */
function grown(mask: Uint8Array, { width, height }: Size): Uint8Array {
  const reach = FARTHEST + 2;
  const spread = (from: Uint8Array, step: number, length: number, lines: readonly number[]) => {
    const to = new Uint8Array(from.length);
    for (const line of lines) {
      let since = Infinity;
      const visit = (at: number) => {
        since = from[at] === 0 ? since + 1 : 0;
        if (since <= reach) to[at] = 255;
      };
      for (let index = 0; index < length; index++) visit(line + index * step);
      since = Infinity;
      for (let index = length - 1; index >= 0; index--) visit(line + index * step);
    }
    return to;
  };
  const rows = Array.from({ length: height }, (_, y) => y * width);
  const columns = Array.from({ length: width }, (_, x) => x);
  return spread(spread(mask, 1, width, rows), width, height, columns);
}

function meanDifference(
  source: Uint8Array,
  answer: Uint8Array,
  tones: readonly Tone[],
  counts: (pixel: number) => boolean,
): number {
  let [sum, count] = [0, 0];
  for (let pixel = 0; pixel < source.length / CHANNELS; pixel++) {
    if (!counts(pixel)) continue;
    tones.forEach(({ gain, offset }, channel) => {
      const at = pixel * CHANNELS + channel;
      sum += Math.abs((source[at] ?? 0) - gain * (answer[at] ?? 0) - offset);
    });
    count += tones.length;
  }
  return count === 0 ? 0 : sum / count;
}
