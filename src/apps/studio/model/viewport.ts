/** A point, in pixels of the screen or of the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Area {
  readonly width: number;
  readonly height: number;
}

/** Place of a picture in its window: screen pixels for one pixel of the picture, and its top left corner. */
export interface Viewport extends Point {
  readonly scale: number;
}

/** Room at each side of the window that bars lie over, in CSS pixels. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Screen pixels for one of the picture, at most: pixels are then plain to see. */
const CLOSEST = 16;
/** The farthest, as a share of the scale that fits. */
const FARTHEST = 0.5;
/** Pixels of the picture that stay in the window, so that it cannot be lost. */
const KEPT_IN_SIGHT = 48;

/** The picture as large as the room allows, in its middle. */
export function fitted(picture: Area, box: Area, insets: Insets): Viewport {
  const width = Math.max(1, box.width - insets.left - insets.right);
  const height = Math.max(1, box.height - insets.top - insets.bottom);
  const scale = Math.min(width / picture.width, height / picture.height);
  return {
    scale,
    x: insets.left + (width - picture.width * scale) / 2,
    y: insets.top + (height - picture.height * scale) / 2,
  };
}

/** Larger or smaller by `factor`; the point under `at` does not move. `fit` is the scale that fits. */
export function zoomedAt(view: Viewport, factor: number, at: Point, fit: number): Viewport {
  const scale = Math.min(Math.max(view.scale * factor, fit * FARTHEST), Math.max(CLOSEST, fit));
  const by = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by };
}

/** Moved by screen pixels, but not out of sight. */
export function moved(view: Viewport, dx: number, dy: number, picture: Area, box: Area): Viewport {
  const within = (place: number, side: number, window: number): number =>
    Math.min(Math.max(place, KEPT_IN_SIGHT - side), window - KEPT_IN_SIGHT);
  return {
    scale: view.scale,
    x: within(view.x + dx, picture.width * view.scale, box.width),
    y: within(view.y + dy, picture.height * view.scale, box.height),
  };
}

/** What two fingers do: zoom by their distance, move by their middle. */
export function pinched(
  view: Viewport,
  from: readonly [Point, Point],
  to: readonly [Point, Point],
  fit: number,
): Viewport {
  const before = middle(from);
  const after = middle(to);
  const factor = distance(to) / Math.max(1, distance(from));
  const zoomed = zoomedAt(view, factor, before, fit);
  return { ...zoomed, x: zoomed.x + after.x - before.x, y: zoomed.y + after.y - before.y };
}

function middle([a, b]: readonly [Point, Point]): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance([a, b]: readonly [Point, Point]): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The place in the picture of a place in the window. */
export function toPicture(view: Viewport, { x, y }: Point): Point {
  return { x: (x - view.x) / view.scale, y: (y - view.y) / view.scale };
}

/** The place in the window of a place in the picture. */
export function toWindow(view: Viewport, { x, y }: Point): Point {
  return { x: view.x + x * view.scale, y: view.y + y * view.scale };
}

/** The part of the picture that the window shows, as shares of 0 to 1. */
export function visiblePart(view: Viewport, picture: Area, box: Area): Point & Area {
  const share = (start: number, side: number): number => Math.min(1, Math.max(0, start / (side * view.scale)));
  const x = share(-view.x, picture.width);
  const y = share(-view.y, picture.height);
  return {
    x,
    y,
    width: share(box.width - view.x, picture.width) - x,
    height: share(box.height - view.y, picture.height) - y,
  };
}
