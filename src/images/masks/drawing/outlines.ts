import { Crossings } from './crossings.ts';

/** An area in pixels that yields its spans on horizontal lines. */
export interface Outline {
  /** Bounding box. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Largest number of edges tested per scan line. */
  readonly edges: number;
  /** Estimated crossings at one scan line per row, summed over all rows; bounds the drawing time. */
  readonly crossings: number;
  /** Adds the spans of this area on the line at `y`, which is between `top` and `bottom`. */
  cross(y: number, crossings: Crossings): void;
}

/** x and y in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Left, top, right and bottom edge in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A rectangle whose sides are parallel to the axes. */
export function rectangle(box: Box): Outline {
  return {
    ...box,
    edges: 2,
    crossings: 2 * (box.bottom - box.top),
    cross: (_y, crossings) => crossings.addSpan(box.left, box.right),
  };
}

/** The ellipse inside a box. */
export function ellipse(box: Box): Outline {
  const radiusX = (box.right - box.left) / 2;
  const radiusY = (box.bottom - box.top) / 2;
  const centreX = box.left + radiusX;
  const centreY = box.top + radiusY;
  return {
    ...box,
    edges: 2,
    crossings: 2 * (box.bottom - box.top),
    cross: (y, crossings) => {
      const rise = (y - centreY) / radiusY;
      const half = radiusX * Math.sqrt(Math.max(0, 1 - rise * rise));
      crossings.addSpan(centreX - half, centreX + half);
    },
  };
}

/** The frame inside a box: all points nearer than `thickness` to one of its sides. */
export function frame({ left, top, right, bottom }: Box, thickness: number): readonly Outline[] {
  return [
    rectangle({ left, top, right, bottom: Math.min(top + thickness, bottom) }),
    rectangle({ left, top: Math.max(bottom - thickness, top), right, bottom }),
    rectangle({ left, top, right: Math.min(left + thickness, right), bottom }),
    rectangle({ left: Math.max(right - thickness, left), top, right, bottom }),
  ];
}

/**
 * A closed polygon by the non-zero rule: a hand-drawn outline that crosses itself has no holes.
 * @param width of the picture in pixels
 */
export function polygon(corners: readonly Point[], width: number): Outline {
  const edges = sidesOf(corners);
  const own = new Crossings(width);
  return {
    ...boxAround(corners, 0),
    edges: edges.length,
    crossings: edges.reduce((sum, { top, bottom }) => sum + bottom - top, 0),
    cross: (y, crossings) => {
      own.clear();
      for (const { top, bottom, x, slope, winding } of edges) {
        if (y >= top && y < bottom) own.add(x + (y - top) * slope, winding);
      }
      crossings.addInside(own);
    },
  };
}

/** A line with round ends and joints: one capsule for each piece. A single point makes a disc. */
export function brushLine(points: readonly Point[], thickness: number): readonly Outline[] {
  const radius = thickness / 2;
  const [first] = points;
  if (first === undefined) return [];
  if (points.length === 1) return [capsule(first, first, radius)];
  return points.slice(1).map((to, i) => capsule(points[i] ?? to, to, radius));
}

/** Length in pixels below which a piece is drawn as a disc: the direction of a subnormal length is not a number. */
const SHORTEST_PIECE = 1e-9;

/** A capsule: all points nearer than `radius` to the line from `from` to `to`, so two discs and a rectangle. */
function capsule(from: Point, to: Point, radius: number): Outline {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const factor = length < SHORTEST_PIECE ? 0 : radius / length;
  const across = { x: (to.y - from.y) * factor, y: (from.x - to.x) * factor };
  const box = boxAround([from, to], radius);
  // Numbers in one row of memory: thousands of capsules are crossed on thousands of lines each.
  const sides = Float64Array.from(
    sidesOf([plus(from, across), plus(to, across), minus(to, across), minus(from, across)]).flatMap(
      ({ top, bottom, x, slope }) => [top, bottom, x, slope],
    ),
  );
  return {
    ...box,
    edges: 4,
    crossings: 2 * (box.bottom - box.top),
    cross: (y, crossings) => {
      const halfFrom = halfChord(y - from.y, radius);
      const halfTo = halfChord(y - to.y, radius);
      let left = Math.min(from.x - halfFrom, to.x - halfTo);
      let right = Math.max(from.x + halfFrom, to.x + halfTo);
      for (let at = 0; at < sides.length; at += 4) {
        const top = sides[at] ?? 0;
        if (y < top || y >= (sides[at + 1] ?? 0)) continue;
        const crossing = (sides[at + 2] ?? 0) + (y - top) * (sides[at + 3] ?? 0);
        left = Math.min(left, crossing);
        right = Math.max(right, crossing);
      }
      crossings.addSpan(left, right);
    },
  };
}

/** Half the chord of a disc on a line `rise` above its centre; minus infinity where the line misses the disc. */
function halfChord(rise: number, radius: number): number {
  const squared = radius * radius - rise * rise;
  return squared > 0 ? Math.sqrt(squared) : Number.NEGATIVE_INFINITY;
}

/** One side of a polygon, from top to bottom. */
interface Side {
  readonly top: number;
  readonly bottom: number;
  /** x at `top`. */
  readonly x: number;
  /** Change of x with y. */
  readonly slope: number;
  /** 1 where the polygon runs downwards along it. */
  readonly winding: 1 | -1;
}

/** The sides of a closed polygon, without horizontal ones, which cross no line. */
function sidesOf(corners: readonly Point[]): readonly Side[] {
  return corners.flatMap((from, i): Side[] => {
    const to = corners[(i + 1) % corners.length] ?? from;
    if (from.y === to.y) return [];
    const slope = (to.x - from.x) / (to.y - from.y);
    if (from.y < to.y) return [{ top: from.y, bottom: to.y, x: from.x, slope, winding: 1 }];
    return [{ top: to.y, bottom: from.y, x: to.x, slope, winding: -1 }];
  });
}

function boxAround(points: readonly Point[], margin: number): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y } of points) {
    box.left = Math.min(box.left, x - margin);
    box.top = Math.min(box.top, y - margin);
    box.right = Math.max(box.right, x + margin);
    box.bottom = Math.max(box.bottom, y + margin);
  }
  return box;
}

function plus(a: Point, b: Point): Point {
  return { x: a.x + b.x, y: a.y + b.y };
}

function minus(a: Point, b: Point): Point {
  return { x: a.x - b.x, y: a.y - b.y };
}
