import { distancesTo } from '../cut/distance.ts';
import { CLOSED, type Hint } from '../cut/hint.ts';
import type { Area, RgbPicture } from '../types.ts';

/** Difference in the three channels together, of 765, and over how many pixels beyond the outline, below which there is no edge. */
const [NO_EDGE, ACROSS] = [20, 2];

/** Distance from the limit that counts as on it, pixels: the cut takes the easiest way near it. */
const NEXT_TO = 3;

/**
 * Share of the outline of an area that is on the limit of what a hint leaves open, or next to it. The edge of the picture is
 * no outline.
 */
export function shareOnLimit(area: Area, { certain }: Hint): number {
  const { width, height, data } = area;
  const closed = { width, height, data: certain.map((side) => (side === CLOSED ? 1 : 0)) };
  const toLimit = distancesTo(1, closed);
  let [edges, onLimit] = [0, 0];
  distancesTo(0, area).forEach((distance, pixel) => {
    if (data[pixel] === 0 || distance > 1) return;
    edges++;
    if ((toLimit[pixel] ?? 0) <= NEXT_TO) onLimit++;
  });
  return edges === 0 ? 0 : onLimit / edges;
}

/**
 * Share of the outline of an area that is on the limit of what a hint leaves open, or next to it, and where colours go on: a
 * rough outline that cuts a corner is farther from the subject there than it may be wrong, and so bites a piece out of it.
 */
export function shareCutOff(area: Area, { certain }: Hint, copy: RgbPicture): number {
  const { width, height } = area;
  const toLimit = distancesTo(1, { width, height, data: certain.map((side) => (side === CLOSED ? 1 : 0)) });
  let [edges, cutOff] = [0, 0];
  forEachOnOutline(area, copy, (pixel, most) => {
    edges++;
    if ((toLimit[pixel] ?? 0) <= NEXT_TO && most < NO_EDGE) cutOff++;
  });
  return edges === 0 ? 0 : cutOff / edges;
}

/** Share of the outline of an area across which colours go on: there is no edge in the picture there. */
export function shareWithoutEdge(area: Area, copy: RgbPicture): number {
  let [edges, without] = [0, 0];
  forEachOnOutline(area, copy, (_, most) => {
    edges++;
    if (most < NO_EDGE) without++;
  });
  return edges === 0 ? 0 : without / edges;
}

/** Visits the pixels of an outline, with the most by which colours differ across it there. The edge of the picture is none. */
function forEachOnOutline(
  { width, height, data }: Area,
  copy: RgbPicture,
  visit: (pixel: number, most: number) => void,
): void {
  for (let pixel = 0; pixel < data.length; pixel++) {
    if (data[pixel] === 0) continue;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    let most = -1;
    for (const [stepX, stepY] of NEIGHBOURS) {
      const [nextX, nextY] = [x + stepX, y + stepY];
      if (nextX < 0 || nextY < 0 || nextX >= width || nextY >= height || data[nextY * width + nextX] === 1) continue;
      const beyondX = Math.max(0, Math.min(width - 1, nextX + ACROSS * stepX));
      const beyondY = Math.max(0, Math.min(height - 1, nextY + ACROSS * stepY));
      most = Math.max(most, difference(copy.data, pixel, beyondY * width + beyondX));
    }
    if (most >= 0) visit(pixel, most);
  }
}

/** Steps to what is left, right, above and below. */
const NEIGHBOURS = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

function difference(data: Uint8Array, pixel: number, other: number): number {
  let sum = 0;
  for (let channel = 0; channel < 3; channel++)
    sum += Math.abs((data[pixel * 3 + channel] ?? 0) - (data[other * 3 + channel] ?? 0));
  return sum;
}
