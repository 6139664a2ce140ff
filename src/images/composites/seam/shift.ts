import { THIRDS, type Distances } from './distances.ts';
import { CHANNELS, EDGE, FARTHEST, type Layers } from './layers.ts';
import type { Tone } from './tone.ts';

/** How far the answer is off: the source at x, y is the answer at x + dx, y + dy. Pixels. */
export interface Shift {
  readonly dx: number;
  readonly dy: number;
}

/** Square gradient, square levels, below which a pixel says nothing about a shift. */
const LEAST_GRADIENT = 16;
const LEAST_PIXELS = 200;
/** Least strength of the weaker direction: parallel lines say nothing about a shift along them. */
const LEAST_RATIO = 0.03;
/** Shifts that are taken back, pixels: below, nothing is gained; above, the picture was moved by more than an error. */
const [LEAST, MOST] = [0.2, 2];
/**
 * Most of the squared error that may be left, of what the opposite shift gives: resampling softens both alike, so that
 * softness neither looks like a gain nor hides one, as it would beside the answer in its own place.
 */
const MOST_LEFT = 0.8;
/** Most that a single pixel adds to the error of a shift, in squared levels: new content is no error of the shift. */
const MOST_ERROR = 900;

/**
 * The shift of the answer against the source, measured where both show the same (Lucas and Kanade): over kept pixels that
 * new content cannot have reached. Undefined where too little is to be seen, or where nothing is gained.
 */
export function findShift(layers: Layers, distances: Distances, tones: readonly Tone[]): Shift | undefined {
  const shift = estimate(layers, distances, tones);
  if (shift === undefined) return undefined;
  const length = Math.hypot(shift.dx, shift.dy);
  if (length < LEAST || length >= MOST) return undefined;
  const after = squaredError(layers, distances, { tones, shift });
  const opposite = squaredError(layers, distances, { tones, shift: { dx: -shift.dx, dy: -shift.dy } });
  return after < opposite * MOST_LEFT ? shift : undefined;
}

function estimate(layers: Layers, { region, width: across, thirds }: Distances, tones: readonly Tone[]) {
  const { width, height, source, answer, opaque } = layers;
  const [red, green, blue] = tones;
  const gain = green?.gain ?? 1;
  const offset = 0.3 * (red?.offset ?? 0) + 0.59 * (green?.offset ?? 0) + 0.11 * (blue?.offset ?? 0);
  let [xx, xy, yy, xt, yt, count] = [0, 0, 0, 0, 0, 0];
  for (let y = Math.max(2, region.top); y < Math.min(height - 2, region.bottom); y += 2) {
    for (let x = Math.max(2, region.left); x < Math.min(width - 2, region.right); x += 2) {
      const pixel = y * width + x;
      const away = thirds[(y - region.top) * across + x - region.left] ?? 0;
      if (away <= FARTHEST * THIRDS || opaque?.[pixel] === 0) continue;
      // The mean of both pictures: the answer alone is softer, which would make the shift too large.
      const gx = (slope(answer, pixel, 1) * gain + slope(source, pixel, 1)) / 2;
      const gy = (slope(answer, pixel, width) * gain + slope(source, pixel, width)) / 2;
      const strength = gx * gx + gy * gy;
      if (strength < LEAST_GRADIENT) continue;
      const difference = light(source, pixel) - gain * light(answer, pixel) - offset;
      // More than a shift of about a pixel explains.
      if (Math.abs(difference) > 24 + 1.5 * Math.sqrt(strength)) continue;
      count++;
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
      xt += gx * difference;
      yt += gy * difference;
    }
  }
  const half = Math.hypot((xx - yy) / 2, xy);
  const [weaker, stronger] = [(xx + yy) / 2 - half, (xx + yy) / 2 + half];
  if (count < LEAST_PIXELS || weaker < LEAST_RATIO * stronger) return undefined;
  const determinant = xx * yy - xy * xy;
  return { dx: (xt * yy - yt * xy) / determinant, dy: (xx * yt - xy * xt) / determinant };
}

/** Half the difference between the two neighbours of a pixel. */
function slope(pixels: Uint8Array, pixel: number, step: number): number {
  return (light(pixels, pixel + step) - light(pixels, pixel - step)) / 2;
}

function light(pixels: Uint8Array, pixel: number): number {
  const at = pixel * CHANNELS;
  return (pixels[at] ?? 0) * 0.3 + (pixels[at + 1] ?? 0) * 0.59 + (pixels[at + 2] ?? 0) * 0.11;
}

/** Mean squared difference of the green channel over the ring, with the answer read at the shift. */
function squaredError(
  { width, height, source, answer, mask }: Layers,
  { region, width: across, thirds }: Distances,
  { tones, shift: { dx, dy } }: { readonly tones: readonly Tone[]; readonly shift: Shift },
): number {
  const { gain, offset } = tones[1] ?? { gain: 1, offset: 0 };
  const [ix, iy] = [Math.floor(dx), Math.floor(dy)];
  const [tx, ty] = [dx - ix, dy - iy];
  let [sum, count] = [0, 0];
  for (let y = Math.max(4, region.top); y < Math.min(height - 4, region.bottom); y += 3) {
    for (let x = Math.max(4, region.left); x < Math.min(width - 4, region.right); x += 3) {
      const pixel = y * width + x;
      if ((thirds[(y - region.top) * across + x - region.left] ?? 0) <= EDGE * THIRDS || mask[pixel] !== 0) continue;
      const at = (pixel + iy * width + ix) * CHANNELS + 1;
      const below = at + width * CHANNELS;
      const upper = (answer[at] ?? 0) * (1 - tx) + (answer[at + CHANNELS] ?? 0) * tx;
      const lower = (answer[below] ?? 0) * (1 - tx) + (answer[below + CHANNELS] ?? 0) * tx;
      const error = (source[pixel * CHANNELS + 1] ?? 0) - gain * (upper * (1 - ty) + lower * ty) - offset;
      sum += Math.min(MOST_ERROR, error * error);
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/**
 * The answer as it was before the shift, within the region: resampled by Catmull-Rom cubics, the edges of the picture
 * repeated. The given layers stay as they are.
 */
export function takeBack({ width, height, answer }: Layers, { region }: Distances, { dx, dy }: Shift): Uint8Array {
  const [ix, iy] = [Math.floor(dx), Math.floor(dy)];
  const across = catmullRom(dx - ix);
  const [a, b, c, d] = catmullRom(dy - iy);
  const stride = width * CHANNELS;
  const [first, end] = [region.left * CHANNELS, region.right * CHANNELS];
  // Rows of the answer, resampled along x: each is read for up to four rows of the result.
  const ready = new Map<number, Float32Array>();
  const rowAt = (y: number): Float32Array => {
    const inside = Math.min(Math.max(y, 0), height - 1);
    const known = ready.get(inside);
    if (known !== undefined) return known;
    const row = resampleRow(answer.subarray(inside * stride, (inside + 1) * stride), region, { ix, across });
    ready.set(inside, row);
    return row;
  };
  // A Buffer's own slice would share its memory.
  const result = new Uint8Array(answer);
  for (let y = region.top; y < region.bottom; y++) {
    const [r0, r1, r2, r3] = [rowAt(y + iy - 1), rowAt(y + iy), rowAt(y + iy + 1), rowAt(y + iy + 2)];
    ready.delete(y + iy - 2);
    for (let at = first; at < end; at++) {
      const value = a * (r0[at] ?? 0) + b * (r1[at] ?? 0) + c * (r2[at] ?? 0) + d * (r3[at] ?? 0) + 0.5;
      result[y * stride + at] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
  return result;
}

type Weights = readonly [number, number, number, number];

function resampleRow(
  row: Uint8Array,
  { left, right }: Distances['region'],
  { ix, across: [a, b, c, d] }: { readonly ix: number; readonly across: Weights },
): Float32Array {
  const width = row.length / CHANNELS;
  const result = new Float32Array(row.length);
  const column = (x: number) => Math.min(Math.max(x, 0), width - 1) * CHANNELS;
  for (let x = left; x < right; x++) {
    const c0 = column(x + ix - 1);
    const c1 = column(x + ix);
    const c2 = column(x + ix + 1);
    const c3 = column(x + ix + 2);
    for (let channel = 0; channel < CHANNELS; channel++) {
      result[x * CHANNELS + channel] =
        a * (row[c0 + channel] ?? 0) +
        b * (row[c1 + channel] ?? 0) +
        c * (row[c2 + channel] ?? 0) +
        d * (row[c3 + channel] ?? 0);
    }
  }
  return result;
}

function catmullRom(t: number): Weights {
  const [t2, t3] = [t * t, t * t * t];
  return [(-t + 2 * t2 - t3) / 2, (2 - 5 * t2 + 3 * t3) / 2, (t + 4 * t2 - 3 * t3) / 2, (t3 - t2) / 2];
}
