import { alignBox, growBox, sizeOf, wholeBox, type Box } from './box.ts';
import type { Composite, CompositeOrder, Making } from './composite.ts';
import { writePatched, type Patched } from './output/write-patched.ts';
import { parseBaseline } from './jpeg/parse-baseline.ts';
import { blendAnswer, type ReadyAnswer } from './pixels/blend.ts';
import { readCanvas } from './pixels/canvas.ts';
import { readAnswer, readMask, readPart } from './pixels/layers.ts';
import { exchange, storedBox, toStored } from './pixels/orientation.ts';
import { withProfile } from './pixels/profile.ts';
import { readSource, type Source } from './pixels/source.ts';
import { isColourless, matchNotes } from './notes.ts';
import { matchAnswer, type Match } from './seam/match.ts';
import { makeWhole } from './whole-composite.ts';
import { placementOf, type Placement } from './window/window.ts';

type FillOrder = Extract<CompositeOrder, { kind: 'fill' }>;

/**
 * Makes the composite of a fill (docs/exact-edits.md#composite).
 * @throws Problem `picture_too_large`, `undecodable_picture`; what `check` throws
 */
export async function composeFill(order: FillOrder, making: Making): Promise<Composite> {
  const source = await readSource(order.source.bytes, order.source.mimeType);
  const { window } = order.plan;
  const placement = placementOf(window, source.upright);
  return withProfile(source, making.folder, async (profile) => {
    if (order.plan.whole) return makeWhole(source, order, { placement, profile });
    const { match, size } = await matched(source, order, { placement, profile });
    if (match === undefined) throw new Error('the mask opens nothing');
    making.check();
    const colourless = source.colours === 'grey' && isColourless(match.colours);
    const colours = colourless ? 'grey' : 'rgb';
    const mimeType = order.format ?? source.mimeType;
    const jpeg = mimeType === 'image/jpeg' && source.mimeType === mimeType ? parseBaseline(source.bytes) : undefined;
    // A block of grey has no place for colour.
    const baseline = jpeg !== undefined && (jpeg.components.length === 3 || colourless) ? jpeg : undefined;
    const grid = baseline === undefined ? 1 : Math.max(baseline.unitWidth, baseline.unitHeight);
    const ready = await readyAnswer(source, order, { placement, match, size });
    const changed = changedBox(match.box, { ready, source, size, placement });
    const isPlain = !source.hasAlpha && source.depth === 8 && colours === 'rgb';
    const canvasBox =
      baseline !== undefined || isPlain ? alignBox(changed, grid, source.stored) : wholeBox(source.stored);
    const canvas = await readCanvas(source, canvasBox, colours);
    making.check();
    const touched = await blendAnswer(ready, canvas, { changed, canvasBox, check: making.check });
    const patched: Patched = { source, canvas, canvasBox, touched, colours, mimeType, baseline };
    const written = await writePatched(patched, making);
    return {
      ...written,
      transition: Math.ceil(match.transition * Math.max(1, window.scale)),
      paintedAt: window.size,
      seam: match.tone === 'other_light' ? 'check' : 'even',
      notes: [
        ...written.notes,
        ...matchNotes({
          match,
          window,
          source,
          colours,
        }),
      ],
    };
  });
}

interface Placed {
  readonly placement: Placement;
  readonly profile: string | undefined;
}

/** Matches at the resolution of the part, or at that of the answer where that is lower. */
async function matched(source: Source, order: FillOrder, { placement: { part, placed }, profile }: Placed) {
  const { window } = order.plan;
  const size = window.scale > 1 ? sizeOf(placed) : sizeOf(part);
  const own = await readPart(source, part, size);
  const answer = await readAnswer(order.answer, { part: placed, answered: window.size, size, profile });
  const mask = await readMask(order.mask, part, size);
  const layers = { ...size, source: own.rgb, opaque: own.opaque, answer, mask };
  const match = matchAnswer(layers, { blend: 'outwards' });
  return { match: match && { ...match, answer }, size };
}

interface Matched {
  readonly placement: Placement;
  readonly match: Match & { readonly answer: Uint8Array };
  readonly size: { readonly width: number; readonly height: number };
}

/** The matched answer of the whole part, turned as the source is stored, and the mask at full resolution. */
async function readyAnswer(
  source: Source,
  order: FillOrder,
  { placement, match, size }: Matched,
): Promise<ReadyAnswer> {
  const { part } = placement;
  const { orientation, stored } = source;
  // Around the box are pixels that no share takes; enlarging needs their place.
  const colours = pasted(match.answer, match.colours, { size, box: match.box, channels: 3 });
  const ramp =
    match.ramp && pasted(new Uint8Array(size.width * size.height), match.ramp, { size, box: match.box, channels: 1 });
  const mask = await readMask(order.mask, part, sizeOf(part));
  return {
    part: storedBox(part, stored, orientation),
    size: exchange(size, orientation),
    colours: toStored({ data: colours, ...size, channels: 3 }, orientation),
    ramp: ramp && toStored({ data: ramp, ...size, channels: 1 }, orientation),
    mask: toStored({ data: mask, ...sizeOf(part), channels: 1 }, orientation),
  };
}

/** Lays a box of pixels into a picture, in place. */
function pasted(
  target: Uint8Array,
  pixels: Uint8Array,
  { size, box, channels }: { readonly size: { readonly width: number }; readonly box: Box; readonly channels: number },
): Uint8Array {
  const length = (box.right - box.left) * channels;
  for (let y = box.top; y < box.bottom; y++) {
    const from = (y - box.top) * length;
    target.set(pixels.subarray(from, from + length), (y * size.width + box.left) * channels);
  }
  return target;
}

interface Changing {
  readonly ready: ReadyAnswer;
  readonly source: Source;
  readonly size: { readonly width: number; readonly height: number };
  readonly placement: Placement;
}

/** The part of the stored picture that may change: the box of the match at full resolution, a little larger. */
function changedBox(box: Box, { source, size, placement: { part }, ready }: Changing): Box {
  const { width, height } = sizeOf(part);
  const [across, down] = [width / size.width, height / size.height];
  const inPart = {
    left: Math.floor(box.left * across),
    top: Math.floor(box.top * down),
    right: Math.ceil(box.right * across),
    bottom: Math.ceil(box.bottom * down),
  };
  const { left, top, right, bottom } = growBox(inPart, Math.ceil(2 * Math.max(across, down)), { width, height });
  const upright = { left: left + part.left, top: top + part.top, right: right + part.left, bottom: bottom + part.top };
  const stored = storedBox(upright, source.stored, source.orientation);
  const within = ready.part;
  return {
    left: Math.max(stored.left, within.left),
    top: Math.max(stored.top, within.top),
    right: Math.min(stored.right, within.right),
    bottom: Math.min(stored.bottom, within.bottom),
  };
}
