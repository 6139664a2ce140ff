import { NO_DRIFT, USUAL_DRIFT, type Drift } from '../../../src/emulator/drawing/edits/drift.ts';
import { repaint } from '../../../src/emulator/drawing/edits/repaint.ts';
import { seededRandom } from '../../../src/emulator/drawing/seeded-random.ts';
import { canvasInMemory } from '../../../src/images/composites/pixels/canvas.ts';
import { blendAnswer } from '../../../src/images/composites/pixels/blend.ts';
import { matchAnswer, type Match } from '../../../src/images/composites/seam/match.ts';
import { pushPull } from '../../../src/images/composites/seam/push-pull.ts';
import { grow } from '../../../src/images/masks/refining/grow.ts';
import { feather } from '../../../src/images/masks/refining/feather.ts';
import { eventLoopTurns } from '../../../src/images/masks/pace.ts';
import { ellipses, photograph, type Picture } from './scenes.ts';
import { seamOf, type SeamFigures } from './seam-figures.ts';
import { answerTo, type Content } from './stand-in.ts';

const turns = eventLoopTurns();
export const SIZE = { width: 384, height: 320 };
export const HOLE = { x: 120, y: 100, width: 140, height: 120 };
/** New content reaches six pixels over the edge. */
export const BLED: Drift = { ...USUAL_DRIFT, bleed: 6 };

export interface Filled {
  readonly match: Match;
  readonly result: Picture;
  readonly mask: Uint8Array;
  readonly source: Picture;
  readonly answer: Uint8Array;
  readonly ideal: Uint8Array;
  readonly moved: { readonly dx: number; readonly dy: number };
  /** The seam of the composite, of the answer pasted in, and of it with its edge as the mask says. */
  readonly figures: SeamFigures;
  readonly pasted: SeamFigures;
  readonly hard: SeamFigures;
}

/** Fills a hole of a picture by the stand-in, and measures what became of the seam. */
export async function fill(
  source: Picture,
  seed: number,
  { drift = USUAL_DRIFT, content = {} }: { drift?: Drift; content?: Content } = {},
): Promise<Filled> {
  const mask = ellipses(source, [HOLE]);
  const { data: answer, fresh, moved } = await answerTo(source, mask, seed, { drift, content });
  const { data: ideal } = await repaint(
    source,
    { mask, fresh },
    { drift: { ...NO_DRIFT, bleed: drift.bleed }, random: seededRandom('') },
  );
  const match = matchAnswer({ ...source, source: source.data, answer, mask }, { blend: 'outwards' })!;
  const result = await blended(source, match, { mask, answer });
  const hard = await blended(source, { ...match, ramp: undefined }, { mask, answer });
  const pasted = source.data.map((level, at) => (mask[Math.floor(at / 3)] === 0 ? level : answer[at]!));
  const seam = (data: Uint8Array) => seamOf({ ...source, data }, ideal, mask);
  return {
    match,
    result,
    mask,
    source,
    answer,
    ideal,
    moved,
    figures: seam(result.data),
    pasted: seam(pasted),
    hard: seam(hard.data),
  };
}

/** A picture with an answer blended in, as the product does it. */
export async function blended(
  source: Picture,
  match: Match,
  { mask, answer }: { mask: Uint8Array; answer: Uint8Array },
): Promise<Picture> {
  const { width, height } = source;
  const whole = { left: 0, top: 0, right: width, bottom: height };
  const data = new Uint8Array(source.data);
  const lay = (target: Uint8Array, pixels: Uint8Array, channels: number) => {
    const length = (match.box.right - match.box.left) * channels;
    for (let y = match.box.top; y < match.box.bottom; y++) {
      const from = (y - match.box.top) * length;
      target.set(pixels.subarray(from, from + length), (y * width + match.box.left) * channels);
    }
    return target;
  };
  const ready = {
    part: whole,
    size: { width, height },
    colours: lay(new Uint8Array(answer), match.colours, 3),
    ramp: match.ramp && lay(new Uint8Array(mask.length), match.ramp, 1),
    mask,
  };
  const canvas = canvasInMemory({ width, height, channels: 3, hasAlpha: false, depth: 8 }, data);
  await blendAnswer(ready, canvas, { changed: match.box, canvasBox: whole, making: { check: () => {} } });
  return { width, height, data };
}

/** Whether a seam is within limits of jump, mean difference and 95th percentile. */
export const within = ({ jump, difference, worst }: SeamFigures, limits: readonly [number, number, number]) =>
  jump <= limits[0] && difference <= limits[1] && worst <= limits[2];

/** A part of a photograph. */
export async function part(name: 'portrait' | 'product'): Promise<Picture> {
  const { width, data } = await photograph(name);
  const left = name === 'portrait' ? 90 : 120;
  const rows = Array.from({ length: SIZE.height }, (_, y) => {
    const from = ((y + 60) * width + left) * 3;
    return data.subarray(from, from + SIZE.width * 3);
  });
  return { ...SIZE, data: new Uint8Array(Buffer.concat(rows)) };
}

/** Limits of a seam on plain ground, and in photographs. */
export const SMOOTH = [0.6, 0.5, 1.5] as const;
export const PHOTOGRAPH = [1.3, 0.8, 2.5] as const;

/** The seam of an edge that is feathered inwards: what is to go shines through. */
export async function featheredInwards({ source, match, mask, answer, ideal }: Filled): Promise<SeamFigures> {
  const smaller = await grow({ ...SIZE, data: mask }, -12, turns);
  const inward = await feather({ ...SIZE, data: smaller.data as Uint8Array<ArrayBuffer> }, 12, turns);
  const { data } = await blended(source, { ...match, ramp: undefined }, { mask: new Uint8Array(inward.data), answer });
  return seamOf({ ...SIZE, data }, ideal, mask);
}

/** The seam of exact blending of gradients: the difference at the edge is carried into the fill. */
export function membrane({ source, mask, answer, ideal }: Filled): SeamFigures {
  const certainty = Float32Array.from(mask, (open) => (open === 0 ? 1 : 0));
  const values = Float32Array.from(answer, (level, at) => (source.data[at]! - level) * certainty[Math.floor(at / 3)]!);
  const carried = pushPull({ columns: SIZE.width, rows: SIZE.height, values, certainty });
  const data = Uint8ClampedArray.from(answer, (level, at) => level + carried[at]!);
  return seamOf({ ...SIZE, data: new Uint8Array(data) }, ideal, mask);
}
