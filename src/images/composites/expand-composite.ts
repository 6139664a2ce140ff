import { sizeOf, wholeBox } from './box.ts';
import { betweenSteps, type Composite, type CompositeOrder, type Making } from './composite.ts';
import { framed } from './expand/frame.ts';
import type { ExpandPlan } from './expand/plan-expand.ts';
import { carry } from './metadata/carried.ts';
import { colourNotes, isColourless } from './notes.ts';
import { attach } from './output/attach.ts';
import { encodeCanvas, type Encoded, type Encoding } from './output/encode.ts';
import { HIGH_QUALITY } from './output/jpeg-quality.ts';
import { resultFormat } from './output/result-format.ts';
import { lay } from './pixels/lay.ts';
import { readAnswer, readPart } from './pixels/layers.ts';
import { withProfile } from './pixels/profile.ts';
import { requireRoom } from './room.ts';
import { letGo, readSource, withRows, type Source } from './pixels/source.ts';
import { matchAnswer } from './seam/match.ts';

type ExpandOrder = Extract<CompositeOrder, { kind: 'expand' }>;

/**
 * Makes the composite of an expansion (docs/exact-edits.md#expanding): what was painted around the picture in its tone,
 * and within it the picture's own pixels.
 * @throws Problem `picture_too_large`, `undecodable_picture`; what `check` throws
 */
export async function composeExpand(order: ExpandOrder, making: Making): Promise<Composite> {
  const given = await readSource(order.source.bytes, order.source.mimeType);
  requireRoom(given, order.plan.size);
  return withProfile(given, making.folder, (profile) =>
    withRows(given, making.folder, (source) => composed(source, order, { profile, making })),
  );
}

async function composed(
  source: Source,
  order: ExpandOrder,
  { profile, making }: { readonly profile: string | undefined; readonly making: Making },
): Promise<Composite> {
  const { plan } = order;
  const { around, other } = await paintedAround(source, order, profile);
  await betweenSteps(plan.size, making);
  const colours = source.colours === 'grey' && isColourless(around) ? 'grey' : 'rgb';
  const { mimeType, notes } = resultFormat(order.format ?? source.mimeType, plan.size);
  const hasAlpha = source.hasAlpha && mimeType !== 'image/jpeg';
  const encoding = { mimeType, ...plan.size, hasAlpha, jpeg: HIGH_QUALITY };
  const carried = carry(source, { colours, upright: true });
  const encoded = await encodedFrame(around, { source, plan, colours, encoding }, making);
  await making.reclaim?.(plan.size);
  return {
    bytes: await attach(encoded, encoding, carried),
    mimeType,
    ...plan.size,
    transition: 0,
    paintedAt: plan.painted,
    kept: mimeType === 'image/jpeg' || (source.depth === 16 && mimeType === 'image/webp') ? 'close' : 'exact',
    seam: other ? 'check' : 'even',
    notes: [...plan.notes, ...notes, ...colourNotes(source, colours)],
  };
}

interface Frame {
  readonly source: Source;
  readonly plan: ExpandPlan;
  readonly colours: 'grey' | 'rgb';
  readonly encoding: Encoding;
}

/** The encoded result. A step of its own, so that its pixels are free before the file is held twice. */
async function encodedFrame(around: Uint8Array, { encoding, ...expanded }: Frame, making: Making): Promise<Encoded> {
  const frame = await framed(around, { ...expanded, encoded: encoding.mimeType }, making);
  try {
    // All of its pixels are in the frame.
    await letGo(expanded.source, making);
    await betweenSteps(encoding, making);
    return await encodeCanvas(frame, encoding, making);
  } finally {
    await frame.end();
  }
}

/** What was painted, evened by the picture itself: RGB in the size that was painted. */
async function paintedAround(source: Source, { answer, plan }: ExpandOrder, profile: string | undefined) {
  const { painted, placed } = plan;
  const whole = wholeBox(painted);
  // The source first: what its decoder holds is free then.
  const own = await readPart(source, wholeBox(source.upright), sizeOf(placed));
  const given = await readAnswer(answer, { part: whole, answered: painted, size: painted, profile });
  const pixels = painted.width * painted.height;
  const layers = {
    width: painted.width,
    height: painted.height,
    answer: given,
    source: new Uint8Array(pixels * 3),
    mask: new Uint8Array(pixels).fill(255),
    opaque: own.opaque && new Uint8Array(pixels),
  };
  lay(layers.source, own.rgb, { width: painted.width, box: placed, channels: 3 });
  if (own.opaque && layers.opaque) lay(layers.opaque, own.opaque, { width: painted.width, box: placed, channels: 1 });
  lay(layers.mask, new Uint8Array(own.rgb.length / 3), { width: painted.width, box: placed, channels: 1 });
  // Own pixels never change, so that nothing is blended over their edge.
  const match = matchAnswer(layers, { blend: 'never' });
  if (match !== undefined) {
    lay(given, match.colours, { width: painted.width, box: match.box, channels: 3 });
  }
  return { around: given, other: match?.tone === 'other_light' };
}
