import type { Mask } from '../mask.ts';
import { inBands, type YieldNow } from '../pace.ts';

/** Widest soft edge, pixels to each side. */
export const WIDEST_FEATHER = 1000;

/**
 * Softens edges by three box blurs in a row, which approximate a Gaussian. Pixels farther than `pixels` from any edge keep
 * their value. Beyond the edge of the picture its outermost pixels are repeated, so an area that touches the edge stays
 * open there.
 * @param pixels whole, 0 to 1000
 */
export async function feather(mask: Mask, pixels: number, yieldNow: YieldNow): Promise<Mask> {
  if (pixels === 0) return mask;
  const radii = boxRadii(pixels);
  let blurred = await blurRows(mask, radii, yieldNow);
  let spare = new Uint8Array(mask.data.length);
  for (const radius of radii) {
    if (radius === 0) continue;
    await blurColumns({ ...mask, data: blurred }, radius, spare, yieldNow);
    [blurred, spare] = [spare, blurred];
  }
  return { width: mask.width, height: mask.height, data: blurred };
}

/** Three whole radii that add up to `pixels` and differ by at most 1. */
function boxRadii(pixels: number): readonly [number, number, number] {
  return [Math.floor(pixels / 3), Math.floor((pixels + 1) / 3), Math.floor((pixels + 2) / 3)];
}

/** Blurs along the rows with all radii, one row at a time, so that a row stays in the processor's cache. */
async function blurRows(mask: Mask, radii: readonly number[], yieldNow: YieldNow): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, data } = mask;
  const margin = radii.reduce((sum, radius) => sum + radius, 0);
  const blurred = new Uint8Array(data.length);
  const padded = new Uint8Array(width + 2 * margin);
  await inBands(height, padded.length * radii.length, yieldNow, (from, to) => {
    for (let y = from; y < to; y++) {
      const row = data.subarray(y * width, (y + 1) * width);
      const target = blurred.subarray(y * width, (y + 1) * width);
      if (isUniform(row)) {
        target.set(row);
        continue;
      }
      padded.fill(row[0] ?? 0, 0, margin);
      padded.set(row, margin);
      padded.fill(row[width - 1] ?? 0, margin + width);
      let length = padded.length;
      for (const radius of radii) length = boxBlur(padded, length, radius);
      target.set(padded.subarray(0, width));
    }
  });
  return blurred;
}

function isUniform(row: Uint8Array): boolean {
  const first = row[0];
  for (const value of row) if (value !== first) return false;
  return true;
}

/**
 * Averages the first `length` values over windows of `2 * radius + 1`, in place: the average of a window is written where
 * the window begins.
 * @returns the number of windows
 */
function boxBlur(values: Uint8Array, length: number, radius: number): number {
  if (radius === 0) return length;
  const size = 2 * radius + 1;
  const share = 1 / size;
  const windows = length - 2 * radius;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += values[i] ?? 0;
  for (let i = 0; i < windows; i++) {
    const first = values[i] ?? 0;
    values[i] = sum * share + 0.5;
    sum += (values[i + size] ?? 0) - first;
  }
  return windows;
}

/** Blurs along the columns with one radius, by a running sum for each column. */
async function blurColumns(mask: Mask, radius: number, target: Uint8Array, yieldNow: YieldNow): Promise<void> {
  const { width, height, data } = mask;
  const share = 1 / (2 * radius + 1);
  const sums = new Int32Array(width);
  const rowAt = (y: number) => {
    const inside = Math.min(Math.max(y, 0), height - 1) * width;
    return data.subarray(inside, inside + width);
  };
  await inBands(2 * radius + 1, width, yieldNow, (from, to) => {
    for (let y = from; y < to; y++) {
      const row = rowAt(y - radius);
      for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + (row[x] ?? 0);
    }
  });
  await inBands(height, width * 2, yieldNow, (from, to) => {
    for (let y = from; y < to; y++) {
      const start = y * width;
      const leaving = rowAt(y - radius);
      const entering = rowAt(y + radius + 1);
      for (let x = 0; x < width; x++) {
        const sum = sums[x] ?? 0;
        target[start + x] = sum * share + 0.5;
        sums[x] = sum + (entering[x] ?? 0) - (leaving[x] ?? 0);
      }
    }
  });
}
