import type { Size } from '../../masks/mask.ts';
import { sizeOf, type Box } from '../box.ts';

/**
 * The part of a picture that is sent for a fill (docs/exact-edits.md#window). Its ratio is exactly that of the size, so
 * nothing is stretched. Where it reaches beyond the picture, the rest is padding.
 */
export interface Window {
  /** The size in which it is sent and answered, one of those that the operation has. */
  readonly size: Size;
  /** Left column in pixels of the upright picture; negative where padding begins outside of it. */
  readonly x: number;
  /** Top row, as `x`. */
  readonly y: number;
  /** Pixels of the picture, padding included. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture for each pixel that is sent: over 1 resolution is lost, under 1 the window is enlarged. */
  readonly scale: number;
  /** Share of the window that is padding, 0 to 1. */
  readonly padding: number;
  /** Share of the wanted context around the open part, 0.5 to 1. */
  readonly context: number;
}

/** The part of the picture in a window, and its place in the size that is sent: padding is whatever is outside of it. */
export interface Placement {
  /** In pixels of the upright picture. */
  readonly part: Box;
  /** In pixels of the size that is sent. The rounding to whole pixels is under half a pixel on each axis. */
  readonly placed: Box;
}

/** Where the picture's own pixels are in what is sent. */
export function placementOf({ size, x, y, width, height }: Window, picture: Size): Placement {
  const part = {
    left: Math.max(0, x),
    top: Math.max(0, y),
    right: Math.min(picture.width, x + width),
    bottom: Math.min(picture.height, y + height),
  };
  const { width: partWidth, height: partHeight } = sizeOf(part);
  const across = place({ before: part.left - x, own: partWidth, all: width, sent: size.width });
  const down = place({ before: part.top - y, own: partHeight, all: height, sent: size.height });
  return { part, placed: { left: across.from, top: down.from, right: across.to, bottom: down.to } };
}

interface Axis {
  /** Padding before the picture's own pixels. */
  readonly before: number;
  readonly own: number;
  readonly all: number;
  /** Pixels that are sent for all. */
  readonly sent: number;
}

function place({ before, own, all, sent }: Axis): { from: number; to: number } {
  if (own === all) return { from: 0, to: sent };
  const length = Math.max(1, Math.round((own * sent) / all));
  // Padding on one side only stays on that side.
  if (before === 0) return { from: 0, to: length };
  if (before + own === all) return { from: sent - length, to: sent };
  const from = Math.min(Math.round((before * sent) / all), sent - length);
  return { from, to: from + length };
}
