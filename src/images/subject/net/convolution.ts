import type { Tensor } from './read-model.ts';

/** How a kernel moves over a picture. */
export interface Steps {
  /** True: the kernel reaches over the edges, so that the result has the size of the picture divided by the step. */
  readonly padded: boolean;
  readonly x: number;
  readonly y: number;
}

/**
 * Sums each pixel's surroundings over all channels.
 * @param kernel [channels of the result, height, width, channels of the picture]
 */
export function convolve(picture: Tensor, kernel: Tensor, bias: Float32Array, steps: Steps): Tensor {
  const channels = lastOf(picture);
  const [outputs = 0, high = 0, wide = 0] = kernel.shape;
  const { width, height, eachPixel } = windows(picture, { high, wide }, steps);
  const result = new Float32Array(width * height * outputs);
  const kernelSize = high * wide * channels;
  const { data } = picture;
  const weights = kernel.data;
  eachPixel((at, taps, inPicture, inKernel) => {
    // Four results at a time keep their sums in registers.
    for (let o = 0; o < outputs; o += 4) {
      const first = o * kernelSize;
      const second = o + 1 < outputs ? first + kernelSize : first;
      const third = o + 2 < outputs ? second + kernelSize : first;
      const fourth = o + 3 < outputs ? third + kernelSize : first;
      let a = bias[o] ?? 0;
      let b = bias[o + 1] ?? 0;
      let c = bias[o + 2] ?? 0;
      let d = bias[o + 3] ?? 0;
      for (let t = 0; t < taps; t++) {
        const from = inPicture[t] ?? 0;
        const to = (inKernel[t] ?? 0) * channels;
        for (let i = 0; i < channels; i++) {
          const value = data[from + i] ?? 0;
          const k = to + i;
          a += value * (weights[first + k] ?? 0);
          b += value * (weights[second + k] ?? 0);
          c += value * (weights[third + k] ?? 0);
          d += value * (weights[fourth + k] ?? 0);
        }
      }
      const target = at * outputs + o;
      result[target] = a;
      if (o + 1 < outputs) result[target + 1] = b;
      if (o + 2 < outputs) result[target + 2] = c;
      if (o + 3 < outputs) result[target + 3] = d;
    }
  });
  return { shape: [1, height, width, outputs], data: result };
}

/**
 * Sums each pixel's surroundings, every channel by itself.
 * @param kernel [1, height, width, channels]
 */
export function convolveChannels(picture: Tensor, kernel: Tensor, bias: Float32Array, steps: Steps): Tensor {
  const channels = lastOf(picture);
  const [, high = 0, wide = 0] = kernel.shape;
  const { width, height, eachPixel } = windows(picture, { high, wide }, steps);
  const result = new Float32Array(width * height * channels);
  const sums = new Float64Array(channels);
  const { data } = picture;
  const weights = kernel.data;
  eachPixel((at, taps, inPicture, inKernel) => {
    sums.set(bias);
    for (let t = 0; t < taps; t++) {
      const from = inPicture[t] ?? 0;
      const to = (inKernel[t] ?? 0) * channels;
      for (let c = 0; c < channels; c++) sums[c] = (sums[c] ?? 0) + (data[from + c] ?? 0) * (weights[to + c] ?? 0);
    }
    result.set(sums, at * channels);
  });
  return { shape: [1, height, width, channels], data: result };
}

/**
 * Enlarges a picture by a kernel as large as the enlargement: each pixel becomes a block of its own.
 * @param kernel [channels of the result, height, width, channels of the picture]
 */
export function enlarge(picture: Tensor, kernel: Tensor, bias: Float32Array): Tensor {
  const [, height = 0, width = 0, channels = 0] = picture.shape;
  const [outputs = 0, high = 0, wide = 0] = kernel.shape;
  const result = new Float32Array(height * high * width * wide * outputs);
  for (let y = 0; y < height * high; y++) {
    for (let x = 0; x < width * wide; x++) {
      const from = (Math.floor(y / high) * width + Math.floor(x / wide)) * channels;
      for (let o = 0; o < outputs; o++) {
        const to = ((o * high + (y % high)) * wide + (x % wide)) * channels;
        let sum = bias[o] ?? 0;
        for (let c = 0; c < channels; c++) sum += (picture.data[from + c] ?? 0) * (kernel.data[to + c] ?? 0);
        result[(y * width * wide + x) * outputs + o] = sum;
      }
    }
  }
  return { shape: [1, height * high, width * wide, outputs], data: result };
}

/** Work on one pixel of the result: the first `taps` entries say where the picture's and the kernel's values begin. */
type PixelWork = (at: number, taps: number, inPicture: Int32Array, inKernel: Int32Array) => void;

/** The places of a kernel on a picture. Parts of it that reach over an edge are left out, as if the picture were 0 there. */
function windows(picture: Tensor, { high, wide }: { high: number; wide: number }, steps: Steps) {
  const [, rows = 0, columns = 0, channels = 0] = picture.shape;
  const [height, above] = placesOf(rows, high, steps.y, steps.padded);
  const [width, before] = placesOf(columns, wide, steps.x, steps.padded);
  const inPicture = new Int32Array(high * wide);
  const inKernel = new Int32Array(high * wide);
  const eachPixel = (work: PixelWork) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let taps = 0;
        for (let i = 0; i < high; i++) {
          const row = y * steps.y - above + i;
          if (row < 0 || row >= rows) continue;
          for (let j = 0; j < wide; j++) {
            const column = x * steps.x - before + j;
            if (column < 0 || column >= columns) continue;
            inPicture[taps] = (row * columns + column) * channels;
            inKernel[taps] = i * wide + j;
            taps++;
          }
        }
        work(y * width + x, taps, inPicture, inKernel);
      }
    }
  };
  return { width, height, eachPixel };
}

/** Number of places of a kernel along one side, and how far its first place reaches over the edge. */
function placesOf(length: number, kernel: number, step: number, padded: boolean): readonly [number, number] {
  if (!padded) return [Math.ceil((length - kernel + 1) / step), 0];
  const places = Math.ceil(length / step);
  return [places, Math.floor(Math.max(0, (places - 1) * step + kernel - length) / 2)];
}

function lastOf({ shape }: Tensor): number {
  return shape.at(-1) ?? 0;
}
