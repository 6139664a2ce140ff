import { sizeOf, wholeBox, type Box } from '../box.ts';
import { betweenSteps, type Making } from '../composite.ts';
import { bytesOf, emptyCanvas, type Canvas } from '../pixels/canvas.ts';
import { lay } from '../pixels/lay.ts';
import { toUpright, uprightBox } from '../pixels/orientation.ts';
import { withRows } from '../pixels/read-canvas.ts';
import { BANDS_AT_ONCE, PIXELS_AT_ONCE, resizedRows } from '../pixels/resized-rows.ts';
import type { Source } from '../pixels/source.ts';
import type { ExpandPlan } from './plan-expand.ts';

interface Expanded {
  readonly source: Source;
  readonly plan: ExpandPlan;
  /** Colours of the result. */
  readonly colours: 'grey' | 'rgb';
}

/**
 * The pixels of an expansion: what was painted in the size of the result, and the picture upright in its place, with all of
 * its channels and bits. Both come in bands, so that nothing but the result is held.
 * @param around what was painted, in its size: RGB
 * @throws Problem `undecodable_picture`; what `check` throws
 */
export async function framed(around: Uint8Array, expanded: Expanded, making: Making): Promise<Canvas> {
  const { source, plan, colours } = expanded;
  const { size, painted, enlarged } = plan;
  const frame = emptyCanvas(source, size, colours);
  const kernel = enlarged > 1 ? 'cubic' : 'lanczos3';
  for (const [index, { top, bottom }] of bandsOf(size).entries()) {
    if (index % BANDS_AT_ONCE === 0) await betweenSteps(size, making);
    const rows = await resizedRows({ data: around, size: painted, channels: 3 }, size, { top, bottom, kernel });
    paint(frame, rows, top);
  }
  await layPicture(frame, expanded, making);
  return frame;
}

function bandsOf({ width, height }: { readonly width: number; readonly height: number }) {
  const rows = Math.max(1, Math.floor(PIXELS_AT_ONCE / width));
  return Array.from({ length: Math.ceil(height / rows) }, (_, index) => {
    return { top: index * rows, bottom: Math.min(height, (index + 1) * rows) };
  });
}

/** Paints rows of RGB in the channels and bits of a canvas, opaque. */
function paint({ data, width, channels, hasAlpha }: Canvas, rgb: Uint8Array, top: number): void {
  const start = top * width * channels;
  if (channels === 3 && data instanceof Uint8Array) return data.set(rgb, start);
  const levels = data instanceof Uint16Array ? 257 : 1;
  const colours = hasAlpha ? channels - 1 : channels;
  for (let from = 0, to = start; from < rgb.length; from += 3, to += channels) {
    if (colours === 1) {
      data[to] = (((rgb[from] ?? 0) + (rgb[from + 1] ?? 0) + (rgb[from + 2] ?? 0)) / 3) * levels + 0.5;
    } else for (let channel = 0; channel < 3; channel++) data[to + channel] = (rgb[from + channel] ?? 0) * levels;
    if (hasAlpha) data[to + colours] = 255 * levels;
  }
}

/** Lays the picture itself into its place. */
async function layPicture(frame: Canvas, { source, plan, colours }: Expanded, making: Making): Promise<void> {
  const { stored, orientation } = source;
  const channels = frame.channels * frame.data.BYTES_PER_ELEMENT;
  const target = bytesOf(frame);
  await withRows(source, { box: wholeBox(stored), colours }, making, async ({ read }) => {
    for (const { top, bottom } of bandsOf(stored)) {
      making.check();
      const strip = { left: 0, top, right: stored.width, bottom };
      const data = new Uint8Array(stored.width * (bottom - top) * channels);
      await read(data, top);
      const pixels = toUpright({ data, ...sizeOf(strip), channels }, orientation);
      const box = moved(uprightBox(strip, stored, orientation), plan.inset);
      lay(target, pixels, { width: frame.width, box, channels });
    }
  });
}

function moved({ left, top, right, bottom }: Box, by: Box): Box {
  return { left: left + by.left, top: top + by.top, right: right + by.left, bottom: bottom + by.top };
}
