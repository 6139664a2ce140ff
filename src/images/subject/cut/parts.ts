import type { Area } from '../types.ts';

/** Connected pixels of one value. */
export interface Parts {
  /** Number of the part of each pixel, from 1; 0 for pixels of the other value. */
  readonly labels: Int32Array;
  /** Pixels of each part, by its number. */
  readonly sizes: readonly number[];
}

/** Parts that are treated apart from their size: those that hold one of these pixels. */
export type Pixels = readonly number[];

/** Finds the parts of a value, connected through the four neighbours. */
function partsOf(value: 0 | 1, { width, data }: Area): Parts {
  const labels = new Int32Array(data.length);
  const waiting = new Int32Array(data.length);
  const sizes = [0];
  for (let first = 0; first < data.length; first++) {
    if (data[first] !== value || labels[first] !== 0) continue;
    const label = sizes.length;
    let [next, end] = [0, 0];
    const reach = (pixel: number) => {
      if (data[pixel] !== value || labels[pixel] !== 0) return;
      labels[pixel] = label;
      waiting[end++] = pixel;
    };
    reach(first);
    while (next < end) {
      const pixel = waiting[next++] ?? 0;
      const x = pixel % width;
      if (x > 0) reach(pixel - 1);
      if (x < width - 1) reach(pixel + 1);
      if (pixel >= width) reach(pixel - width);
      if (pixel < data.length - width) reach(pixel + width);
    }
    sizes.push(end);
  }
  return { labels, sizes };
}

/** Takes away islands of fewer pixels than a share of the largest one, but for those that hold one of `kept`. */
export function withoutIslands(area: Area, share: number, kept: Pixels = []): Area {
  const { labels, sizes } = partsOf(1, area);
  const least = share * Math.max(...sizes);
  const stays = sizes.map((size) => size >= least);
  for (const pixel of kept) stays[labels[pixel] ?? 0] = true;
  stays[0] = false;
  return { ...area, data: pixelsIn(labels, stays) };
}

/** Takes away the parts that hold one of some pixels. */
export function withoutPartsOf(area: Area, pixels: Pixels): Area {
  if (pixels.length === 0) return area;
  const { labels, sizes } = partsOf(1, area);
  const stays = sizes.map((_, label) => label > 0);
  for (const pixel of pixels) stays[labels[pixel] ?? 0] = false;
  return { ...area, data: pixelsIn(labels, stays) };
}

/**
 * Fills holes of fewer pixels than a share of the whole area, but for those that hold one of `kept`. What reaches the edge
 * of the picture is no hole.
 */
export function withoutHoles(area: Area, share: number, kept: Pixels = []): Area {
  const { width, height, data } = area;
  const { labels, sizes } = partsOf(0, area);
  const most = share * data.reduce((sum, value) => sum + value, 0);
  const isFilled = sizes.map((size) => size < most);
  for (const pixel of kept) isFilled[labels[pixel] ?? 0] = false;
  for (let x = 0; x < width; x++) {
    isFilled[labels[x] ?? 0] = false;
    isFilled[labels[(height - 1) * width + x] ?? 0] = false;
  }
  for (let y = 0; y < height; y++) {
    isFilled[labels[y * width] ?? 0] = false;
    isFilled[labels[y * width + width - 1] ?? 0] = false;
  }
  isFilled[0] = true;
  return { ...area, data: pixelsIn(labels, isFilled) };
}

function pixelsIn(labels: Int32Array, isTaken: readonly boolean[]): Uint8Array {
  const data = new Uint8Array(labels.length);
  for (let pixel = 0; pixel < data.length; pixel++) data[pixel] = isTaken[labels[pixel] ?? 0] === true ? 1 : 0;
  return data;
}
