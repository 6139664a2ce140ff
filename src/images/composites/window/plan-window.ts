import type { Size } from '../../masks/mask.ts';
import { lowestTerms, sizeOf, type Box } from '../box.ts';
import type { Window } from './window.ts';

/** Least context on each side of the open part, pixels of the picture. */
const LEAST_CONTEXT = 128;
/** Context on each side as a share of the open part. */
const CONTEXT_SHARE = 0.25;
/** Shares of that context that are tried: giving some up may avoid that resolution is lost. */
const CONTEXTS = [1, 0.9, 0.75, 0.5] as const;
/** Longer side, in pixels sent, below which an open part is enlarged. */
const LEAST_OPEN = 160;
/** Most that a window is enlarged for that reason. */
const MOST_ENLARGED = 2;
/** Context that may be given up for rounding to whole multiples of the ratio, pixels. */
const SHAVED = 8;
/** The smallest of the eight sizes, from which larger uploads are reckoned. Square pixels. */
const SMALLEST_AREA = 802_816;
/** Cost of any loss of resolution: more than a larger upload costs. */
const LOSS = 0.3;

/** One way to send the open part. */
interface Candidate {
  readonly size: Size;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly padding: number;
  readonly context: number;
  readonly cost: number;
}

/**
 * The window of least cost for an open part of a picture (docs/exact-edits.md#window): pixel for pixel where the picture
 * has room for that, small parts enlarged at most twice, in the middle of the window as far as the picture reaches.
 * Padding is on the side that the open part does not touch. Pure.
 * @param picture the upright picture
 * @param open box around all that is open, inside the picture and not empty
 * @param sizes those that the operation has; of several with equal cost the first one is taken
 */
export function planWindow(picture: Size, open: Box, sizes: readonly Size[]): Window {
  let best: Candidate | undefined;
  for (const context of CONTEXTS) {
    for (const size of sizes) {
      const candidate = fit(picture, open, { size, context });
      if (best === undefined || candidate.cost < best.cost - 1e-9) best = candidate;
    }
  }
  if (best === undefined) throw new RangeError('a window needs at least one size');
  const { cost: _, ...window } = best;
  return {
    ...window,
    x: placeAxis(window.width, picture.width, open.left, open.right),
    y: placeAxis(window.height, picture.height, open.top, open.bottom),
  };
}

function fit(picture: Size, open: Box, { size, context }: { size: Size; context: number }): Candidate {
  const own = sizeOf(open);
  const needed = {
    width: needOnAxis(picture.width, open.left, open.right, context),
    height: needOnAxis(picture.height, open.top, open.bottom, context),
  };
  // Windows are whole multiples of the ratio in lowest terms: 9:7 in steps of 9 by 7 pixels.
  const { width: across, height: down } = lowestTerms(size);
  const unit = size.width / across;
  const least = Math.max(multiplesFor(needed.width, own.width, across), multiplesFor(needed.height, own.height, down));
  const room = Math.floor(Math.min(picture.width / across, picture.height / down));
  const wanted = clamp(Math.max(own.width, own.height) / LEAST_OPEN, 1 / MOST_ENLARGED, 1);
  const multiple = least <= room ? clamp(Math.round(wanted * unit), least, room) : least;
  const [width, height, scale] = [multiple * across, multiple * down, multiple / unit];
  const inside = Math.min(width, picture.width) * Math.min(height, picture.height);
  const padding = 1 - inside / (width * height);
  const shape = Math.abs(Math.log((needed.width * size.height) / (needed.height * size.width)));
  return {
    size,
    width,
    height,
    scale,
    padding,
    context,
    cost:
      (scale > 1 ? LOSS : 0) +
      4 * Math.log(Math.max(1, scale)) +
      0.5 * Math.log(Math.max(1, 1 / scale)) +
      3 * padding +
      2 * (1 - context) ** 2 +
      0.05 * shape +
      0.1 * Math.log2((size.width * size.height) / SMALLEST_AREA),
  };
}

/** Length of the open part with its context, as far as the picture reaches. */
function needOnAxis(length: number, from: number, to: number, share: number): number {
  const context = share * Math.max(LEAST_CONTEXT, CONTEXT_SHARE * (to - from));
  return Math.min(length, Math.ceil(to + context)) - Math.max(0, Math.floor(from - context));
}

/** Least multiple of `step` that holds the open part, and its context but for what rounding may take. */
function multiplesFor(needed: number, open: number, step: number): number {
  return Math.max(Math.ceil((needed - SHAVED) / step), Math.ceil(open / step));
}

/** Where a window begins on an axis: around the open part, moved into the picture, or with its padding. */
function placeAxis(window: number, picture: number, from: number, to: number): number {
  if (window <= picture) return clamp(Math.round((from + to - window) / 2), 0, picture - window);
  const padding = window - picture;
  // Padding next to an edge that the open part touches would show the model once more what is to go.
  if (from === 0 && to < picture) return 0;
  if (to === picture && from > 0) return -padding;
  return -Math.floor(padding / 2);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
