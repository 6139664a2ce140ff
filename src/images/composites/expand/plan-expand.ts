import { Problem } from '../../../shared/errors.ts';
import { inPixels, type Size } from '../../masks/mask.ts';
import { requireWithin, type Claimed } from '../../problems.ts';
import type { Box } from '../box.ts';
import { growingTo, inRatio, type Room, type Side } from './insets.ts';

/** Room on one side: whole pixels of the picture, or percent of its width (left, right) or height (top, bottom). */
export type Inset = { readonly pixels: number } | { readonly percent: number };

/** What a caller asks for: a size or a ratio of the result, or room on each side; one side may be given with them. */
export interface RoomRequest {
  readonly size?: Size | undefined;
  readonly aspectRatio?: Size | undefined;
  readonly insets?: Partial<Readonly<Record<Side, Inset>>> | undefined;
}

/** How a picture is expanded (docs/exact-edits.md#expanding). All boxes and sizes in whole pixels. */
export interface ExpandPlan {
  /** The result, at the picture's own resolution. */
  readonly size: Size;
  /** Place of the picture in the result. */
  readonly inset: Box;
  /** What is asked of Firefly: the result, or the largest that can be painted. */
  readonly painted: Size;
  /** Place of the picture in what is painted; the copy that is sent has this size. */
  readonly placed: Box;
  /** Factor by which what was painted is enlarged; 1 where nothing is, under 1 where it is scaled down. */
  readonly enlarged: number;
  /** Share of the result that is the picture itself, 0 to 1. */
  readonly share: number;
  /** Sentences for the caller. */
  readonly notes: readonly string[];
}

/**
 * Plans an expansion in the picture's own pixels.
 * @param picture the upright picture
 * @param longest longest side that Firefly paints, pixels
 * @param least least longer side of the picture that is sent, pixels: around a smaller one is painted larger
 * @throws Problem `invalid_argument` where no room is asked for, or what is asked for contradicts itself, `picture_too_large`
 */
export function planExpand(picture: Claimed, asked: RoomRequest, longest: number, least = 1): ExpandPlan {
  const room = roomFor(picture, asked);
  const size = {
    width: room.left + picture.width + room.right,
    height: room.top + picture.height + room.bottom,
  };
  const { mimeType } = picture;
  requireWithin({ ...size, mimeType }, `The expanded picture would have ${inPixels(size)} pixels`);
  if (size.width === picture.width && size.height === picture.height) {
    throw new Problem('invalid_argument', `This adds no room: the picture has ${inPixels(picture)} pixels already.`, {
      next: 'Ask for a larger size, another aspect_ratio, or room on at least one side.',
    });
  }
  const inset = boxAt(room.left, room.top, picture);
  const share = (picture.width * picture.height) / (size.width * size.height);
  const sides = `Painted: ${sidesInWords(room)}.`;
  const own = `The picture itself is ${Math.round(share * 100)} % of the result.`;
  const factor = Math.min(
    longest / Math.max(size.width, size.height),
    Math.max(1, least / Math.max(picture.width, picture.height)),
  );
  if (factor === 1) return { size, inset, painted: size, placed: inset, enlarged: 1, share, notes: [sides, own] };
  const painted = { width: scaled(size.width, factor), height: scaled(size.height, factor) };
  const placed = scaledBox(inset, size, painted);
  const enlarged = 1 / factor;
  const scaling = enlarged > 1 ? `enlarged ${enlarged.toFixed(1)} times` : 'scaled down';
  const note = `What is around it was painted at ${inPixels(painted)} and ${scaling}.`;
  return { size, inset, painted, placed, enlarged, share, notes: [sides, own, note] };
}

/** What is painted on each side of the picture, in whole pixels of the result. */
export function paintedSides({ size, inset }: Pick<ExpandPlan, 'size' | 'inset'>): Room {
  return { left: inset.left, top: inset.top, right: size.width - inset.right, bottom: size.height - inset.bottom };
}

/** `120 px left, 2 px top`: sides without room are left out. */
function sidesInWords(room: Room): string {
  const sides = (['left', 'right', 'top', 'bottom'] as const).filter((side) => room[side] > 0);
  return sides.map((side) => `${room[side]} px ${side}`).join(', ');
}

function roomFor(picture: Size, { size, aspectRatio, insets = {} }: RoomRequest): Room {
  if (size !== undefined && aspectRatio !== undefined) {
    throw new Problem('invalid_argument', 'Both size and aspect_ratio were given.', { next: 'Give one of them.' });
  }
  const given = {
    left: inPixelsOf(insets.left, picture.width, 'left'),
    top: inPixelsOf(insets.top, picture.height, 'top'),
    right: inPixelsOf(insets.right, picture.width, 'right'),
    bottom: inPixelsOf(insets.bottom, picture.height, 'bottom'),
  };
  if (size !== undefined) return growingTo(size, picture, given);
  if (aspectRatio !== undefined) return inRatio(aspectRatio, picture, given);
  return { left: given.left ?? 0, top: given.top ?? 0, right: given.right ?? 0, bottom: given.bottom ?? 0 };
}

function inPixelsOf(inset: Inset | undefined, length: number, side: Side): number | undefined {
  if (inset === undefined) return undefined;
  const pixels = 'pixels' in inset ? inset.pixels : Math.round((inset.percent / 100) * length);
  if (Number.isSafeInteger(pixels) && pixels >= 0) return pixels;
  throw new Problem('invalid_argument', `The room on the ${side} must be zero or more whole pixels, or percent.`, {
    next: 'Give it as in 200 or "20%".',
  });
}

function boxAt(left: number, top: number, { width, height }: Size): Box {
  return { left, top, right: left + width, bottom: top + height };
}

function scaled(pixels: number, factor: number): number {
  return Math.max(1, Math.round(pixels * factor));
}

/** The place of the picture in what is painted: at least a pixel, and inside. */
function scaledBox({ left, top, right, bottom }: Box, size: Size, painted: Size): Box {
  const across = scaledAxis(left, right, { all: size.width, painted: painted.width });
  const down = scaledAxis(top, bottom, { all: size.height, painted: painted.height });
  return { left: across.from, top: down.from, right: across.to, bottom: down.to };
}

/**
 * Each border is rounded by itself, so that it moves by at most half a pixel, and a side without room stays without. What
 * is narrower than a pixel takes the one that its middle is in.
 */
function scaledAxis(from: number, to: number, { all, painted }: { all: number; painted: number }) {
  const at = (place: number) => (place * painted) / all;
  const [begin, end] = [Math.round(at(from)), Math.round(at(to))];
  if (begin < end) return { from: begin, to: end };
  const only = Math.floor(at((from + to) / 2));
  return { from: only, to: only + 1 };
}
