import type { Point } from '../viewport.ts';

/** A shape in pixels of the picture, as `make_mask` draws it. */
export type MaskShape =
  | { readonly shape: 'stroke'; readonly points: readonly Point[]; readonly thickness: number }
  | { readonly shape: 'polygon'; readonly points: readonly Point[] }
  | (Box & { readonly shape: 'rectangle' })
  | (Box & { readonly shape: 'ellipse' });

/** A box in pixels of the picture. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a shape is joined with what is painted before it. */
export type Joining = 'add' | 'subtract';

/** The server takes so many points of one shape (`src/images/masks/drawing/shapes.ts`). */
const MOST_POINTS = 1000;

/** The box between two corners, in any order. */
export function boxBetween(shape: 'rectangle' | 'ellipse', a: Point, b: Point): MaskShape {
  const box = {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.max(1, Math.abs(a.x - b.x)),
    height: Math.max(1, Math.abs(a.y - b.y)),
  };
  return { shape, ...box };
}

/** A line without the points that lie within `tolerance` of the line between their neighbours (Ramer, Douglas, Peucker). */
export function simplified(points: readonly Point[], tolerance: number): readonly Point[] {
  const kept = new Set([0, points.length - 1]);
  const open: [number, number][] = [[0, points.length - 1]];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [from, to] = part;
    let worst = tolerance;
    let at = -1;
    for (let i = from + 1; i < to; i += 1) {
      const off = distanceToLine(points[i], points[from], points[to]);
      if (off > worst) [worst, at] = [off, i];
    }
    if (at < 0) continue;
    kept.add(at);
    open.push([from, at], [at, to]);
  }
  return points.filter((_, i) => kept.has(i));
}

/** A closed line with no more points than the server takes: the more it has, the farther it may be off. */
export function outlineOf(points: readonly Point[], tolerance: number): readonly Point[] {
  const kept = simplified(points, tolerance);
  return kept.length > MOST_POINTS ? outlineOf(kept, tolerance * 2) : kept;
}

function distanceToLine(p?: Point, a?: Point, b?: Point): number {
  if (p === undefined || a === undefined || b === undefined) return 0;
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length === 0) return Math.hypot(p.x - a.x, p.y - a.y);
  const along = ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length ** 2;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(p.x - a.x - t * (b.x - a.x), p.y - a.y - t * (b.y - a.y));
}

/** A sample of a brush: its place, and its width, which pressure changes. */
export interface Sample extends Point {
  readonly width: number;
}

/** Widths of a stroke that differ less than this share are one line. */
const SAME_WIDTH = 0.12;

/**
 * What a brush has painted, as strokes that each have one width and no more points than the server takes. Neighbouring
 * strokes share a point, so that no gap opens between them.
 * @param tolerance pixels of the picture that a line may be off
 */
export function strokesOf(samples: readonly Sample[], tolerance: number): readonly MaskShape[] {
  const strokes: MaskShape[] = [];
  let line: Sample[] = [];
  const end = (): void => {
    const [first] = line;
    if (first === undefined) return;
    const points = simplified(line, tolerance).map(({ x, y }) => ({ x, y }));
    for (let from = 0; from === 0 || from < points.length - 1; from += MOST_POINTS - 1) {
      strokes.push({ shape: 'stroke', points: points.slice(from, from + MOST_POINTS), thickness: first.width });
    }
  };
  for (const sample of samples) {
    const [first] = line;
    if (first !== undefined && Math.abs(sample.width - first.width) > first.width * SAME_WIDTH) {
      line.push({ ...sample, width: first.width });
      end();
      line = [];
    }
    line.push(sample);
  }
  end();
  return strokes;
}

/** A shape as an argument of `make_mask`, in tenths of a pixel. */
export function shapeArgument(shape: MaskShape, op: Joining): Readonly<Record<string, unknown>> {
  const rounded = (value: number): number => Math.round(value * 10) / 10;
  if (shape.shape === 'rectangle' || shape.shape === 'ellipse') {
    const { x, y, width, height } = shape;
    return { shape: shape.shape, x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height), op };
  }
  const points = shape.points.map(({ x, y }) => [rounded(x), rounded(y)]);
  if (shape.shape === 'polygon') return { shape: 'polygon', points, op };
  // A stroke of one point is a dot; the server wants two.
  const [only] = points;
  const line = points.length === 1 && only !== undefined ? [only, [(only[0] ?? 0) + 0.1, only[1] ?? 0]] : points;
  return { shape: 'stroke', points: line, thickness: Math.max(1, rounded(shape.thickness)), op };
}
