import { areaOf, sizeOf, wholeBox } from '../box.ts';
import { betweenSteps, type Making } from '../composite.ts';
import type { StillType } from '../../media.ts';
import { bytesOf, canvasInMemory, canvasShape, type Canvas, type CanvasShape, type Values } from '../pixels/canvas.ts';
import { lay } from '../pixels/lay.ts';
import { storedBox, toUpright } from '../pixels/orientation.ts';
import { emptyCanvas, withPixels } from '../pixels/read-canvas.ts';
import { BANDS_AT_ONCE, PIXELS_AT_ONCE, resizedRows } from '../pixels/resized-rows.ts';
import type { Source } from '../pixels/source.ts';
import type { ExpandPlan } from './plan-expand.ts';

interface Expanded {
  readonly source: Source;
  readonly plan: ExpandPlan;
  /** Colours of the result. */
  readonly colours: 'grey' | 'rgb';
  /** The format in which it is encoded. */
  readonly encoded: StillType;
}

/**
 * The pixels of an expansion: what was painted in the size of the result, and the picture upright in its place, with all of
 * its channels and bits. Both come in bands, so that nothing but the result is held.
 * @param around what was painted, in its size: RGB
 * @throws Problem `undecodable_picture`; what `check` throws
 */
export async function framed(around: Uint8Array, expanded: Expanded, making: Making): Promise<Canvas> {
  const { source, plan, colours, encoded } = expanded;
  const shape = canvasShape(source, plan.size, colours);
  const frame = await emptyCanvas(shape, { encoded, folder: making.folder });
  try {
    return await painted(frame, around, expanded, making);
  } catch (error) {
    // The disk was filled up meanwhile: the pixels have to be in memory.
    if (!frame.isInFile || !(error instanceof Error && 'syscall' in error)) throw error;
    return painted(canvasInMemory(shape), around, expanded, making);
  }
}

async function painted(frame: Canvas, around: Uint8Array, expanded: Expanded, making: Making): Promise<Canvas> {
  const { size, painted: given, enlarged } = expanded.plan;
  const kernel = enlarged > 1 ? 'cubic' : 'lanczos3';
  try {
    for (const [index, { top, bottom }] of bandsOf(size).entries()) {
      if (index % BANDS_AT_ONCE === 0) await betweenSteps(size, making);
      const rows = await resizedRows({ data: around, size: given, channels: 3 }, size, { top, bottom, kernel });
      const values = frame.rows(top, bottom);
      paint(values, frame, rows);
      frame.keep(values, top);
    }
    await layPicture(frame, expanded, making);
    return frame;
  } catch (error) {
    await frame.end();
    throw error;
  }
}

function bandsOf({ width, height }: { readonly width: number; readonly height: number }) {
  const rows = Math.max(1, Math.floor(PIXELS_AT_ONCE / width));
  return Array.from({ length: Math.ceil(height / rows) }, (_, index) => {
    return { top: index * rows, bottom: Math.min(height, (index + 1) * rows) };
  });
}

/** Paints rows of RGB in the channels and bits of a canvas, opaque. */
function paint(data: Values, { channels, hasAlpha }: CanvasShape, rgb: Uint8Array): void {
  if (channels === 3 && data instanceof Uint8Array) return data.set(rgb);
  const levels = data instanceof Uint16Array ? 257 : 1;
  const colours = hasAlpha ? channels - 1 : channels;
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += channels) {
    if (colours === 1) {
      data[to] = (((rgb[from] ?? 0) + (rgb[from + 1] ?? 0) + (rgb[from + 2] ?? 0)) / 3) * levels + 0.5;
    } else for (let channel = 0; channel < 3; channel++) data[to + channel] = (rgb[from + channel] ?? 0) * levels;
    if (hasAlpha) data[to + colours] = 255 * levels;
  }
}

/** Lays the picture itself into its place, in bands of its upright rows. */
async function layPicture(frame: Canvas, { source, plan, colours }: Expanded, making: Making): Promise<void> {
  const { stored, upright, orientation } = source;
  const channels = (frame.channels * frame.depth) / 8;
  const { left, right, top: above } = plan.inset;
  await withPixels(source, { box: wholeBox(stored), colours }, making, async ({ read }) => {
    for (const { top, bottom } of bandsOf(upright)) {
      making.check();
      const box = storedBox({ ...wholeBox(upright), top, bottom }, stored, orientation);
      const data = new Uint8Array(areaOf(box) * channels);
      read(data, box);
      const pixels = toUpright({ data, ...sizeOf(box), channels }, orientation);
      const values = frame.rows(above + top, above + bottom);
      const place = { left, right, top: 0, bottom: bottom - top };
      lay(bytesOf(values), pixels, { width: frame.width, box: place, channels });
      frame.keep(values, above + top);
    }
  });
}
