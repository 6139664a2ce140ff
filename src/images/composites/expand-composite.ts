import { loadSharp } from '../sharp.ts';
import { sizeOf, wholeBox, type Box } from './box.ts';
import type { Composite, CompositeOrder, Making } from './composite.ts';
import { carry } from './metadata/carried.ts';
import { colourNotes, isColourless } from './notes.ts';
import { encodePixels } from './output/encode.ts';
import { HIGH_QUALITY } from './output/jpeg-quality.ts';
import { resultFormat } from './output/result-format.ts';
import { leastColours, readCanvas, refuseTooLarge, type Canvas } from './pixels/canvas.ts';
import { readAnswer, readPart } from './pixels/layers.ts';
import { exchange, toUpright } from './pixels/orientation.ts';
import { withProfile } from './pixels/profile.ts';
import { readSource, type Source } from './pixels/source.ts';
import { matchAnswer } from './seam/match.ts';

type ExpandOrder = Extract<CompositeOrder, { kind: 'expand' }>;

/**
 * Makes the composite of an expansion (docs/exact-edits.md#expanding): what was painted around the picture in its tone,
 * and within it the picture's own pixels.
 * @throws Problem `picture_too_large`, `undecodable_picture`; what `check` throws
 */
export async function composeExpand(order: ExpandOrder, making: Making): Promise<Composite> {
  const source = await readSource(order.source.bytes, order.source.mimeType);
  const { plan } = order;
  // Known from the header: a frame with alpha, 16 bits or grey alone is held uncompressed.
  refuseTooLarge(source, plan.size, leastColours(source));
  return withProfile(source, making.folder, async (profile) => {
    const { around, other } = await paintedAround(source, order, profile);
    making.check();
    const colours = source.colours === 'grey' && isColourless(around) ? 'grey' : 'rgb';
    const { mimeType, notes } = resultFormat(order.format ?? source.mimeType, plan.size);
    const own = await uprightCanvas(source, colours);
    making.check();
    const pixels = await framed(around, own, order);
    const encoding = {
      mimeType,
      ...plan.size,
      hasAlpha: own.hasAlpha && mimeType !== 'image/jpeg',
      jpeg: HIGH_QUALITY,
    };
    const bytes = await encodePixels(pixels, encoding, carry(source, { colours, upright: true }));
    return {
      bytes,
      mimeType,
      ...plan.size,
      transition: 0,
      paintedAt: plan.painted,
      kept: mimeType === 'image/jpeg' || (source.depth === 16 && mimeType === 'image/webp') ? 'close' : 'exact',
      seam: other ? 'check' : 'even',
      notes: [...plan.notes, ...notes, ...colourNotes(source, colours)],
    };
  });
}

/** What was painted, evened by the picture itself: RGB in the size that was painted. */
async function paintedAround(source: Source, { answer, plan }: ExpandOrder, profile: string | undefined) {
  const { painted, placed } = plan;
  const whole = wholeBox(painted);
  const given = await readAnswer(answer, { part: whole, answered: painted, size: painted, profile });
  const own = await readPart(source, wholeBox(source.upright), sizeOf(placed));
  const pixels = painted.width * painted.height;
  const layers = {
    width: painted.width,
    height: painted.height,
    answer: given,
    source: new Uint8Array(pixels * 3),
    mask: new Uint8Array(pixels).fill(255),
    opaque: own.opaque && new Uint8Array(pixels),
  };
  lay(layers.source, own.rgb, { painted, placed, channels: 3 });
  if (own.opaque && layers.opaque) lay(layers.opaque, own.opaque, { painted, placed, channels: 1 });
  lay(layers.mask, new Uint8Array(own.rgb.length / 3), { painted, placed, channels: 1 });
  // Own pixels never change, so that nothing is blended over their edge.
  const match = matchAnswer(layers, { blend: 'never' });
  if (match !== undefined) {
    lay(given, match.colours, { painted, placed: match.box, channels: 3 });
  }
  return { around: given, other: match?.tone === 'other_light' };
}

interface Place {
  readonly painted: { readonly width: number };
  readonly placed: Box;
  readonly channels: number;
}

function lay(target: Uint8Array, pixels: Uint8Array, { painted, placed, channels }: Place): void {
  const length = (placed.right - placed.left) * channels;
  for (let y = placed.top; y < placed.bottom; y++) {
    const from = (y - placed.top) * length;
    target.set(pixels.subarray(from, from + length), (y * painted.width + placed.left) * channels);
  }
}

/** The whole picture upright, with all of its channels and bits. */
async function uprightCanvas(source: Source, colours: 'grey' | 'rgb'): Promise<Canvas> {
  const canvas = await readCanvas(source, wholeBox(source.stored), colours);
  if (source.orientation === 1) return canvas;
  const bytesEach = canvas.data.BYTES_PER_ELEMENT;
  const { buffer, byteOffset, byteLength } = canvas.data;
  const stored = {
    ...source.stored,
    data: new Uint8Array(buffer, byteOffset, byteLength),
    channels: canvas.channels * bytesEach,
  };
  const data = toUpright(stored, source.orientation);
  const size = exchange(source.stored, source.orientation);
  return {
    ...canvas,
    ...size,
    data: bytesEach === 1 ? data : new Uint16Array(data.buffer, data.byteOffset, data.length / 2),
  };
}

/** The pixels of the result: what was painted in its size, and the picture in its place. */
async function framed(around: Uint8Array, own: Canvas, { plan: { size, painted, inset, enlarged } }: ExpandOrder) {
  const sharp = await loadSharp();
  const frame = sharp(around, { raw: { width: painted.width, height: painted.height, channels: 3 } });
  if (painted.width !== size.width || painted.height !== size.height)
    frame.resize(size.width, size.height, { fit: 'fill', kernel: enlarged > 1 ? 'cubic' : 'lanczos3' });
  const { data, width, height, channels } = own;
  const raw = { width, height, channels };
  if (channels === 3 && data instanceof Uint8Array) {
    // sharp resizes before it composites.
    return frame
      .composite([
        { input: Buffer.from(data.buffer, data.byteOffset, data.length), raw, left: inset.left, top: inset.top },
      ])
      .removeAlpha();
  }
  const wide = await frame.raw().toBuffer();
  const result = expandedCanvas(wide, own, size);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * channels, (y + 1) * width * channels);
    result.set(row, ((y + inset.top) * size.width + inset.left) * channels);
  }
  const pixels = sharp(result, { raw: { ...size, channels } });
  if (result instanceof Uint16Array) return pixels.toColourspace(channels < 3 ? 'grey16' : 'rgb16');
  return channels < 3 ? pixels.toColourspace('b-w') : pixels;
}

/** A frame with the channels and bits of the picture, opaque. */
function expandedCanvas(
  rgb: Uint8Array,
  { data, channels, hasAlpha }: Canvas,
  { width, height }: { width: number; height: number },
) {
  const deep = data instanceof Uint16Array;
  const levels = deep ? 257 : 1;
  const result = deep ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels);
  const colours = hasAlpha ? channels - 1 : channels;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [from, to] = [pixel * 3, pixel * channels];
    if (colours === 1)
      result[to] = (((rgb[from] ?? 0) + (rgb[from + 1] ?? 0) + (rgb[from + 2] ?? 0)) / 3) * levels + 0.5;
    else for (let channel = 0; channel < 3; channel++) result[to + channel] = (rgb[from + channel] ?? 0) * levels;
    if (hasAlpha) result[to + colours] = 255 * levels;
  }
  return result;
}
