import sharp from 'sharp';
import { USUAL_DRIFT, type Drift } from '../../../src/emulator/drawing/edits/drift.ts';
import { repaint } from '../../../src/emulator/drawing/edits/repaint.ts';
import { seededRandom, type SeededRandom } from '../../../src/emulator/drawing/seeded-random.ts';
import { pushPull } from '../../../src/images/composites/seam/push-pull.ts';
import type { Picture } from './scenes.ts';

/** What a fill of the stand-in shows where the mask is open. */
export interface Content {
  /** Discs that reach over the edge of the mask, as far as the drift says. */
  readonly touching?: boolean;
  readonly discs?: number;
}

/** What would ideally be painted: the surroundings carried on, with grain and some discs. In the picture's size. */
export function fresh(
  sent: Picture,
  mask: Uint8Array,
  random: SeededRandom,
  { touching = false, discs = 4 }: Content = {},
) {
  const { width, height, data } = sent;
  const values = new Float32Array(width * height * 3);
  const certainty = new Float32Array(width * height);
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel] === 0) {
      certainty[pixel] = 1;
      for (let at = pixel * 3; at < pixel * 3 + 3; at++) values[at] = data[at]!;
      continue;
    }
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  const ground = pushPull({ columns: width, rows: height, values, certainty });
  const [across, down] = [box.right - box.left, box.bottom - box.top];
  const drawnDiscs = Array.from({ length: discs }, (_, index) => {
    // Away from the edge, where seams are measured: a disc there is softer than the ideal one, which is no seam.
    const [near, most] = touching ? [0.3, 0.22] : [0.38, 0.18];
    const radius = random.between(0.08, most) * Math.min(across, down);
    const colour = [0, 1, 2].map(() => random.between(0, 255));
    const [x, y] = [random.between(near, 1 - near), random.between(near, 1 - near)];
    const inside = { x: box.left + across * x, y: box.top + down * y };
    if (!touching || index > 1) return { ...inside, radius, colour };
    const edge = index === 0 ? { x: inside.x, y: box.bottom } : { x: box.right, y: inside.y };
    return { ...edge, radius: radius * 1.6, colour };
  });
  const result = new Uint8ClampedArray(ground.length);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const grain = random.between(-2, 2);
    const levels = [0, 1, 2].map((channel) => ground[pixel * 3 + channel]! + grain);
    for (const disc of drawnDiscs) {
      const cover = Math.min(
        1,
        Math.max(0, disc.radius - Math.hypot((pixel % width) - disc.x, Math.floor(pixel / width) - disc.y) + 0.5),
      );
      if (cover > 0)
        disc.colour.forEach((level, channel) => (levels[channel]! += (level + grain - levels[channel]!) * cover));
    }
    levels.forEach((level, channel) => (result[pixel * 3 + channel] = level));
  }
  return new Uint8Array(result.buffer);
}

/** An answer of the stand-in, and the pixels that it should ideally have led to. */
export interface Answered extends Picture {
  readonly fresh: Uint8Array;
  readonly moved: { readonly dx: number; readonly dy: number };
}

/** Fills what a mask opens as Firefly does: all of the picture is painted anew and encoded as JPEG. */
export async function answerTo(
  sent: Picture,
  mask: Uint8Array,
  seed: number,
  {
    drift = USUAL_DRIFT,
    content = {},
    paint,
  }: { readonly drift?: Drift; readonly content?: Content; readonly paint?: Uint8Array } = {},
): Promise<Answered & { readonly jpeg: Uint8Array }> {
  const random = seededRandom(`answer ${seed}`);
  const painted = paint ?? fresh(sent, mask, random, content);
  const answer = await repaint(sent, { mask, fresh: painted }, { drift, random });
  const raw = { width: sent.width, height: sent.height, channels: 3 } as const;
  const quality = Math.round(random.between(88, 92));
  const jpeg = await sharp(answer.data, { raw }).jpeg({ quality }).toBuffer();
  const data = await sharp(jpeg).raw().toBuffer();
  return { ...answer, data, jpeg, fresh: painted };
}
