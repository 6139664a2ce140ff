import type { Region } from '../../subject/types.ts';
import type { Mask, Size } from '../mask.ts';

/** A point of a picture, in its pixels. */
export type Point = readonly [number, number];

/** A part of a picture, and the points in it for which it is searched. */
export interface Window {
  readonly part: Region;
  readonly points: readonly Point[];
}

/** Left, top, right and bottom of pixels of a part, counted from its own corner; the last two behind the last pixel. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A window around each point, as far as the picture goes; that of a point outside is where the picture is nearest to it. */
export function windowsAround(points: readonly Point[], reach: number, picture: Size): readonly Window[] {
  const inside = (place: number, side: number) => Math.min(Math.max(Math.floor(place), 0), side - 1);
  return points.map((point) => {
    const [left, top] = [inside(point[0], picture.width), inside(point[1], picture.height)];
    return { part: widenedBy({ left, top, width: 1, height: 1 }, reach, picture), points: [point] };
  });
}

/** Windows of which none overlaps another: those that do become one, so that no pixel is searched twice. */
export function apart(windows: readonly Window[]): readonly Window[] {
  const found: Window[] = [];
  for (const window of windows) {
    let joined = window;
    const other = () => found.findIndex(({ part }) => overlaps(part, joined.part));
    for (let i = other(); i >= 0; i = other()) {
      for (const { part, points } of found.splice(i, 1)) {
        joined = { part: around(part, joined.part), points: [...points, ...joined.points] };
      }
    }
    found.push(joined);
  }
  return found;
}

/**
 * A window that is twice as wide towards each side to which what was found in it comes near, where the picture goes on there;
 * undefined where what was found ends inside.
 */
export function wider(
  { part, points }: Window,
  found: Bounds | undefined,
  near: number,
  picture: Size,
): Window | undefined {
  if (found === undefined) return undefined;
  const [left, top] = [found.left < near ? part.width : 0, found.top < near ? part.height : 0];
  const right = part.width - found.right < near ? part.width : 0;
  const bottom = part.height - found.bottom < near ? part.height : 0;
  const wide = clip(
    {
      left: part.left - left,
      top: part.top - top,
      right: part.left + part.width + right,
      bottom: part.top + part.height + bottom,
    },
    picture,
  );
  return wide.width === part.width && wide.height === part.height ? undefined : { part: wide, points };
}

/** A part with so many pixels more on each side, as far as the picture goes. */
export function widenedBy({ left, top, width, height }: Region, pixels: number, picture: Size): Region {
  const bounds = {
    left: left - pixels,
    top: top - pixels,
    right: left + width + pixels,
    bottom: top + height + pixels,
  };
  return clip(bounds, picture);
}

/** The part of a mask that is in a region of it. */
export function partOf(mask: Mask, { left, top, width, height }: Region): Mask {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * mask.width + left;
    data.set(mask.data.subarray(from, from + width), y * width);
  }
  return { width, height, data };
}

/** A region of a picture in the pixels of a part that holds it. */
export function within(region: Region, part: Region): Region {
  return { ...region, left: region.left - part.left, top: region.top - part.top };
}

function clip({ left, top, right, bottom }: Bounds, picture: Size): Region {
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  return { left: x, top: y, width: Math.min(picture.width, right) - x, height: Math.min(picture.height, bottom) - y };
}

function overlaps(one: Region, other: Region): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

function around(one: Region, other: Region): Region {
  const [left, top] = [Math.min(one.left, other.left), Math.min(one.top, other.top)];
  return {
    left,
    top,
    width: Math.max(one.left + one.width, other.left + other.width) - left,
    height: Math.max(one.top + one.height, other.top + other.height) - top,
  };
}
