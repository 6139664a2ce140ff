import type { Size } from '../../size.ts';
import type { Area, Plane } from '../types.ts';

/**
 * A plane at another size, interpolated between the middles of its pixels; beyond the outermost ones they are repeated.
 * @param factor by which its content is enlarged besides, around `centre`
 */
export function resample(
  { width, height, data }: Size & { readonly data: Uint8Array | Float32Array },
  size: Size,
  { factor = 1, centre = { x: width / 2, y: height / 2 } } = {},
): Plane {
  const columns = placesOf(size.width, width, factor, centre.x);
  const rows = placesOf(size.height, height, factor, centre.y);
  const resampled = new Float32Array(size.width * size.height);
  rows.forEach((row, y) => {
    const above = row.before * width;
    const below = row.after * width;
    columns.forEach((column, x) => {
      const left = mixed(data[above + column.before], data[below + column.before], row.share);
      const right = mixed(data[above + column.after], data[below + column.after], row.share);
      resampled[y * size.width + x] = mixed(left, right, column.share);
    });
  });
  return { ...size, data: resampled };
}

/** What is between two values, the second with a share. */
function mixed(first = 0, second = 0, share = 0): number {
  return first * (1 - share) + second * share;
}

/** The pixels of a plane that are at least one half. */
export function halfOf({ width, height, data }: Plane): Area {
  const half = new Uint8Array(data.length);
  for (let pixel = 0; pixel < half.length; pixel++) half[pixel] = (data[pixel] ?? 0) >= 0.5 ? 1 : 0;
  return { width, height, data: half };
}

/** An area around its own middle, enlarged by a factor, at another size. */
export function resizeArea(area: Area, size: Size, factor = 1): Area {
  return halfOf(resample(area, size, { factor, centre: middleOf(area) }));
}

function middleOf({ width, height, data }: Area): { x: number; y: number } {
  let [count, sumX, sumY] = [0, 0, 0];
  for (let pixel = 0; pixel < data.length; pixel++) {
    if (data[pixel] === 0) continue;
    count++;
    sumX += (pixel % width) + 0.5;
    sumY += Math.floor(pixel / width) + 0.5;
  }
  return count === 0 ? { x: width / 2, y: height / 2 } : { x: sumX / count, y: sumY / count };
}

/** For each pixel of a new side, the two old ones that it is between and the share of the second. */
function placesOf(side: number, before: number, factor: number, centre: number) {
  return Array.from({ length: side }, (_, place) => {
    const old = ((place + 0.5) * before) / side;
    const at = Math.max(0, Math.min(before - 1, centre + (old - centre) / factor - 0.5));
    const first = Math.floor(at);
    return { before: first, after: Math.min(before - 1, first + 1), share: at - first };
  });
}
