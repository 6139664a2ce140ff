import { alignBox, growBox, sizeOf, wholeBox, type Box } from './box.ts';
import type { Orientation } from '../formats/exif.ts';
import type { Size } from '../masks/mask.ts';
import type { Composite, CompositeOrder, Making } from './composite.ts';
import { carry } from './metadata/carried.ts';
import { encodingLike, HIGH_QUALITY } from './output/jpeg-quality.ts';
import { resultFormat, type ResultFormat } from './output/result-format.ts';
import { writePatched, type Patched } from './output/write-patched.ts';
import { parseBaseline } from './jpeg/parse-baseline.ts';
import { blendAnswer, type ReadyAnswer } from './pixels/blend.ts';
import { leastColours, readCanvas, refuseTooLarge } from './pixels/canvas.ts';
import { readAnswer, readMask, readPart } from './pixels/layers.ts';
import { exchange, storedBox, toStored } from './pixels/orientation.ts';
import { withProfile } from './pixels/profile.ts';
import { readSource, type Source } from './pixels/source.ts';
import { isColourless, matchNotes } from './notes.ts';
import { matchAnswer, type Match } from './seam/match.ts';
import { makeWhole } from './whole-composite.ts';
import { placementOf, type Placement } from './window/window.ts';

/** Share of the picture above which a part is no longer read by itself. */
const MOST_OF_IT = 0.5;

type FillOrder = Extract<CompositeOrder, { kind: 'fill' }>;

/**
 * Makes the composite of a fill (docs/exact-edits.md#composite).
 * @throws Problem `picture_too_large`, `undecodable_picture`; what `check` throws
 */
export async function composeFill(order: FillOrder, making: Making): Promise<Composite> {
  const source = await readSource(order.source.bytes, order.source.mimeType);
  const { window } = order.plan;
  const placement = placementOf(window, source.upright);
  // Known from the header: with alpha or 16 bits the whole picture is held uncompressed.
  if (source.hasAlpha || source.depth === 16) refuseTooLarge(source, source.stored, leastColours(source));
  return withProfile(source, making.folder, async (profile) => {
    if (order.plan.whole) return makeWhole(source, order, { placement, profile });
    const { patched, match, format } = await blended(source, order, { placement, profile, making });
    const written = await writePatched(patched, making);
    return {
      ...written,
      transition: Math.ceil(match.transition * Math.max(1, window.scale)),
      paintedAt: window.size,
      seam: match.tone === 'other_light' ? 'check' : 'even',
      notes: [...format.notes, ...written.notes, ...matchNotes({ match, window, source, colours: patched.colours })],
    };
  });
}

/**
 * The pixels with the answer in them. A step of its own, so that the layers it is made from are free before the picture is
 * encoded.
 */
async function blended(
  source: Source,
  order: FillOrder,
  { placement, profile, making }: Placed & { readonly making: Making },
): Promise<{
  readonly patched: Patched;
  readonly match: Pick<Match, 'transition' | 'tone'>;
  readonly format: ResultFormat;
}> {
  const { match, size } = await matched(source, order, { placement, profile });
  if (match === undefined) throw new Error('the mask opens nothing');
  making.check();
  const colourless = source.colours === 'grey' && isColourless(match.colours);
  const colours = colourless ? 'grey' : 'rgb';
  const format = resultFormat(order.format ?? source.mimeType, source.stored);
  const { mimeType } = format;
  const parsed = mimeType === 'image/jpeg' && source.mimeType === mimeType ? parseBaseline(source.bytes) : undefined;
  // A block of grey has no place for colour.
  const baseline = parsed !== undefined && (parsed.components.length === 3 || colourless) ? parsed : undefined;
  const grid = baseline === undefined ? 1 : Math.max(baseline.unitWidth, baseline.unitHeight);
  const { part } = placement;
  const storedPart = storedBox(part, source.stored, source.orientation);
  const changed = changedBox(match.box, { source, size, part, storedPart });
  const whole = wholeBox(source.stored);
  const aligned = alignBox(changed, grid, source.stored);
  const isPlain = !source.hasAlpha && source.depth === 8 && colours === 'rgb';
  // A part that is most of the picture is read with the rest, so that the picture is decoded once.
  const isPart = baseline !== undefined || (isPlain && areaOf(aligned) < MOST_OF_IT * areaOf(whole));
  const canvasBox = isPart ? aligned : whole;
  // The picture is decoded, on another thread, while the answer is turned.
  const [canvas, ready] = await Promise.all([
    readCanvas(source, canvasBox, colours),
    readyAnswer(order, { part, storedPart, match, size, orientation: source.orientation }),
  ]);
  const carried = carry(source, { colours, upright: false });
  const isOwn = source.mimeType === 'image/jpeg' && source.colours !== 'cmyk';
  const jpeg = isOwn ? encodingLike(source.bytes) : HIGH_QUALITY;
  // All of its pixels are in the canvas. As a PNG it is most of what is held.
  if (!isPart) making.free?.(source.bytes);
  making.check();
  const touched = await blendAnswer(ready, canvas, { changed, canvasBox, check: making.check });
  const { transition, tone } = match;
  return {
    patched: { source, carried, jpeg, canvas, canvasBox, touched, colours, mimeType, baseline },
    match: { transition, tone },
    format,
  };
}

interface Placed {
  readonly placement: Placement;
  readonly profile: string | undefined;
}

/** Matches at the resolution of the part, or at that of the answer where that is lower. */
async function matched(source: Source, order: FillOrder, { placement: { part, placed }, profile }: Placed) {
  const { window } = order.plan;
  const size = window.scale > 1 ? sizeOf(placed) : sizeOf(part);
  const [own, answer, mask] = await Promise.all([
    readPart(source, part, size),
    readAnswer(order.answer, { part: placed, answered: window.size, size, profile }),
    readMask(order.mask, part, size),
  ]);
  const layers = { ...size, source: own.rgb, opaque: own.opaque, answer, mask };
  const match = matchAnswer(layers, { blend: 'outwards' });
  return { match: match && { ...match, answer }, size };
}

interface Matched {
  /** The part of the upright picture that was sent, and of the picture as it is stored. */
  readonly part: Box;
  readonly storedPart: Box;
  readonly match: Match & { readonly answer: Uint8Array };
  readonly size: Size;
  readonly orientation: Orientation;
}

/** The matched answer of the whole part, turned as the source is stored, and the mask at full resolution. */
async function readyAnswer(
  order: FillOrder,
  { part, storedPart, match, size, orientation }: Matched,
): Promise<ReadyAnswer> {
  // Around the box are pixels that no share takes; enlarging needs their place.
  const colours = pasted(match.answer, match.colours, { size, box: match.box, channels: 3 });
  const ramp =
    match.ramp && pasted(new Uint8Array(size.width * size.height), match.ramp, { size, box: match.box, channels: 1 });
  const mask = await readMask(order.mask, part, sizeOf(part));
  return {
    part: storedPart,
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
  readonly source: Source;
  readonly size: Size;
  readonly part: Box;
  readonly storedPart: Box;
}

/** The part of the stored picture that may change: the box of the match at full resolution, a little larger. */
function changedBox(box: Box, { source, size, part, storedPart }: Changing): Box {
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
  return {
    left: Math.max(stored.left, storedPart.left),
    top: Math.max(stored.top, storedPart.top),
    right: Math.min(stored.right, storedPart.right),
    bottom: Math.min(stored.bottom, storedPart.bottom),
  };
}

function areaOf(box: Box): number {
  const { width, height } = sizeOf(box);
  return width * height;
}
