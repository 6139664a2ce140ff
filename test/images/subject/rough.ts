import { readFileSync } from 'node:fs';
import { seededRandom } from '../../../src/emulator/drawing/seeded-random.ts';
import type { PicturePoint, RoughShape } from '../../../src/images/subject/types.ts';
import type { Outline, Scene } from './scenes.ts';

/** Share of the longer side by which each corner of a rough polygon is off, as a standard deviation. */
const ERROR = 0.015;
/** Shares of the subject's own size by which each side of a loose box is too far out. */
const [LEAST_SLACK, MOST_SLACK] = [0.03, 0.12];

/** A polygon as it is drawn by eye: the corners that matter most, each a little off. */
export function roughPolygon({ outline, picture }: Scene, corners: number, seed: number, error = ERROR): RoughShape {
  const random = seededRandom(`polygon ${seed}`);
  const off = error * Math.max(picture.width, picture.height);
  const points = simplified(outline, corners).map(([x, y]): PicturePoint => [
    Math.max(0, Math.min(picture.width, x + off * normal(random))),
    Math.max(0, Math.min(picture.height, y + off * normal(random))),
  ]);
  return { kind: 'polygon', points };
}

/** Eight polygons of eight corners for each outline that was drawn by hand, each corner off by 1.5 % of the longer side. */
export function givenPolygons(subject: 'portrait' | 'set' | 'cup'): readonly RoughShape[] {
  const given = JSON.parse(readFileSync(new URL('rough-polygons.json', import.meta.url), 'utf8')) as Record<
    typeof subject,
    readonly Outline[]
  >;
  return given[subject].map((points) => ({ kind: 'polygon', points }));
}

/** A box as it is drawn by eye: larger than the subject. */
export function looseBox({ outline, picture }: Scene, seed: number): RoughShape {
  const random = seededRandom(`box ${seed}`);
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const slack = (side: number) => side * random.between(LEAST_SLACK, MOST_SLACK);
  return {
    kind: 'box',
    left: Math.max(0, Math.round(left - slack(right - left))),
    top: Math.max(0, Math.round(top - slack(bottom - top))),
    right: Math.min(picture.width, Math.round(right + slack(right - left))),
    bottom: Math.min(picture.height, Math.round(bottom + slack(bottom - top))),
  };
}

/** The top of an outline, what is farthest from it, then the corners with which most is added or cut off. */
function simplified(outline: Outline, corners: number): Outline {
  const start = farthest(outline, ([, y]) => -y);
  const end = farthest(outline, ([x, y]) => Math.hypot(x - outline[start]![0], y - outline[start]![1]));
  const taken = [start, end].sort((a, b) => a - b);
  while (taken.length < Math.min(corners, outline.length)) {
    const gain = (point: PicturePoint, index: number) => {
      const next = taken.findIndex((other) => other > index);
      const from = outline[taken.at(next < 0 ? -1 : next - 1)!]!;
      const to = outline[next < 0 ? 0 : taken[next]!]!;
      return taken.includes(index) ? -1 : area(point, from, to);
    };
    taken.push(farthest(outline, gain));
    taken.sort((a, b) => a - b);
  }
  return taken.map((index) => outline[index]!);
}

/** Twice the area of a triangle. */
function area([x, y]: PicturePoint, [fromX, fromY]: PicturePoint, [toX, toY]: PicturePoint): number {
  return Math.abs((toX - fromX) * (fromY - y) - (fromX - x) * (toY - fromY));
}

function farthest(outline: Outline, distance: (point: PicturePoint, index: number) => number): number {
  const distances = outline.map(distance);
  return distances.indexOf(Math.max(...distances));
}

/** A number around 0 with a standard deviation of 1: the sum of twelve even ones. */
function normal(random: ReturnType<typeof seededRandom>): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.between(0, 1);
  return sum;
}
