import { alignBox, areaOf, sizeOf, wholeBox, type Box } from './box.ts';
import type { Orientation } from '../formats/exif.ts';
import type { Size } from '../masks/mask.ts';
import { betweenSteps, type Composite, type CompositeOrder, type Making } from './composite.ts';
import { carry } from './metadata/carried.ts';
import { attach } from './output/attach.ts';
import { encodingLike, HIGH_QUALITY } from './output/jpeg-quality.ts';
import { resultFormat, type ResultFormat } from './output/result-format.ts';
import { writePatched, type Patched } from './output/write-patched.ts';
import { parseBaseline } from './jpeg/parse-baseline.ts';
import { blendAnswer, type ReadyAnswer } from './pixels/blend.ts';
import { lay } from './pixels/lay.ts';
import { readAnswer, readMask, readPart } from './pixels/layers.ts';
import type { Canvas } from './pixels/canvas.ts';
import { changedBox } from './pixels/changed-box.ts';
import { exchange, storedBox, toStored } from './pixels/orientation.ts';
import { withProfile } from './pixels/profile.ts';
import { readCanvas } from './pixels/read-canvas.ts';
import { requireRoom } from './room.ts';
import { letGo, readSource, withRows, type Source } from './pixels/source.ts';
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
  const given = await readSource(order.source.bytes, order.source.mimeType);
  const { window } = order.plan;
  const placement = placementOf(window, given.upright);
  if (!order.plan.whole) requireRoom(given, given.stored);
  return withProfile(given, making.folder, async (profile) => {
    const placed = { placement, profile, making };
    if (order.plan.whole) return makeWhole(given, order, placed);
    return withRows(given, making.folder, (source) => composed(source, order, placed));
  });
}

async function composed(source: Source, order: FillOrder, placed: PlacedInMaking): Promise<Composite> {
  const { making } = placed;
  const { window } = order.plan;
  const { written, match, format, carried, colours, held } = await encoded(source, order, placed);
  await making.reclaim?.(held);
  const { encoding, encoded: made, notes, ...facts } = written;
  return {
    ...facts,
    bytes: encoding === undefined ? (await made.read(0)).whole : await attach(made, encoding, carried),
    transition: Math.ceil(match.transition * Math.max(1, window.scale)),
    paintedAt: window.size,
    seam: match.tone === 'other_light' ? 'check' : 'even',
    notes: [...format.notes, ...notes, ...matchNotes({ match, window, source, colours })],
  };
}

/** The encoded result. A step of its own, so that its pixels are free before the file is held twice. */
async function encoded(source: Source, order: FillOrder, placed: PlacedInMaking) {
  const { patched, match, format } = await blended(source, order, placed);
  const { carried, colours, canvasBox } = patched;
  const held = sizeOf(canvasBox);
  try {
    await betweenSteps(held, placed.making);
    return { written: await writePatched(patched, placed.making), match, format, carried, colours, held };
  } finally {
    await patched.canvas.end();
  }
}

/**
 * The pixels with the answer in them. A step of its own, so that the layers it is made from are free before the picture is
 * encoded.
 */
async function blended(
  source: Source,
  order: FillOrder,
  { placement, profile, making }: PlacedInMaking,
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
  // A part that is most of the picture is read with the rest, so that the picture is decoded once; so is one of a picture
  // whose decoder would hold all of it once more beside the part.
  const isPart = baseline !== undefined || (isPlain && !source.isHeld && areaOf(aligned) < MOST_OF_IT * areaOf(whole));
  const canvasBox = isPart ? aligned : whole;
  await betweenSteps(sizeOf(canvasBox), making);
  const pixels = () => readCanvas(source, { box: canvasBox, colours, encoded: mimeType }, making);
  const answered = () => readyAnswer(order, { part, storedPart, match, size, orientation: source.orientation });
  // The picture is decoded, on another thread, while the answer is turned; but not where both would take too much.
  const [canvas, ready] =
    source.isHeld || source.isVast ? [await pixels(), await answered()] : await Promise.all([pixels(), answered()]);
  const carried = carry(source, { colours, upright: false });
  const isOwn = source.mimeType === 'image/jpeg' && source.colours !== 'cmyk';
  const jpeg = isOwn ? encodingLike(source.bytes) : HIGH_QUALITY;
  // All of its pixels are in the canvas. As a PNG it is most of what is held.
  if (!isPart) await letGo(source, making);
  const touched = await blendInto(canvas, ready, { changed, canvasBox, making });
  const { transition, tone } = match;
  return {
    patched: { source, carried, jpeg, canvas, canvasBox, touched, colours, mimeType, baseline },
    match: { transition, tone },
    format,
  };
}

/** Blends the answer into a canvas, which is let go where that fails. */
async function blendInto(canvas: Canvas, ready: ReadyAnswer, place: Parameters<typeof blendAnswer>[2]) {
  try {
    await betweenSteps(canvas, place.making);
    return await blendAnswer(ready, canvas, place);
  } catch (error) {
    await canvas.end();
    throw error;
  }
}

interface Placed {
  readonly placement: Placement;
  readonly profile: string | undefined;
}

interface PlacedInMaking extends Placed {
  readonly making: Making;
}

/** Matches at the resolution of the part, or at that of the answer where that is lower. */
async function matched(source: Source, order: FillOrder, { placement: { part, placed }, profile }: Placed) {
  const { window } = order.plan;
  const size = window.scale > 1 ? sizeOf(placed) : sizeOf(part);
  const ownPart = () => readPart(source, part, size);
  const answered = () => readAnswer(order.answer, { part: placed, answered: window.size, size, profile });
  const opened = () => readMask(order.mask, part, size);
  const [own, answer, mask] = source.isVast
    ? [await ownPart(), await answered(), await opened()]
    : await Promise.all([ownPart(), answered(), opened()]);
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
  const place = { width: size.width, box: match.box };
  const colours = lay(match.answer, match.colours, { ...place, channels: 3 });
  const ramp = match.ramp && lay(new Uint8Array(size.width * size.height), match.ramp, { ...place, channels: 1 });
  const mask = await readMask(order.mask, part, sizeOf(part));
  return {
    part: storedPart,
    size: exchange(size, orientation),
    colours: toStored({ data: colours, ...size, channels: 3 }, orientation),
    ramp: ramp && toStored({ data: ramp, ...size, channels: 1 }, orientation),
    mask: toStored({ data: mask, ...sizeOf(part), channels: 1 }, orientation),
  };
}
