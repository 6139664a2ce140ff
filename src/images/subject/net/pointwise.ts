import { exponential } from '../pixels/arithmetic.ts';
import type { Tensor } from './read-model.ts';

// Each function has a loop of its own: one loop with a function passed in takes several times as long.

/** What is below 0 becomes 0. */
export function rectify({ shape, data }: Tensor): Tensor {
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = Math.max(0, data[i] ?? 0);
  return { shape, data: result };
}

/** Zero below -3, each number itself above 3, and a parabola between. */
export function hardSwish({ shape, data }: Tensor): Tensor {
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const x = data[i] ?? 0;
    result[i] = (x * Math.min(6, Math.max(0, x + 3))) / 6;
  }
  return { shape, data: result };
}

/** 1 / (1 + e^-x) of each number. */
export function logistic({ shape, data }: Tensor): Tensor {
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = 1 / (1 + exponential(-(data[i] ?? 0)));
  return { shape, data: result };
}

/** Adds numbers of equal places; a tensor of one pixel counts for every pixel of the other one. */
export function add(one: Tensor, other: Tensor): Tensor {
  const { shape, data, repeated } = paired(one, other);
  const result = new Float32Array(data.length);
  for (let i = 0, j = 0; i < data.length; i++) {
    result[i] = (data[i] ?? 0) + (repeated[j] ?? 0);
    if (++j === repeated.length) j = 0;
  }
  return { shape, data: result };
}

/** Multiplies numbers of equal places; a tensor of one pixel counts for every pixel of the other one. */
export function multiply(one: Tensor, other: Tensor): Tensor {
  const { shape, data, repeated } = paired(one, other);
  const result = new Float32Array(data.length);
  for (let i = 0, j = 0; i < data.length; i++) {
    result[i] = (data[i] ?? 0) * (repeated[j] ?? 0);
    if (++j === repeated.length) j = 0;
  }
  return { shape, data: result };
}

/** The larger one of two tensors, and the numbers of the other one. */
function paired(one: Tensor, other: Tensor): Tensor & { repeated: Float32Array } {
  if (one.data.length < other.data.length) return paired(other, one);
  if (other.data.length !== one.data.length && other.data.length !== one.shape.at(-1)) {
    throw new Error(`tensors of [${one.shape.join()}] and [${other.shape.join()}] do not fit`);
  }
  return { ...one, repeated: other.data };
}

/** The mean of each channel over all pixels. */
export function averageAll({ shape, data }: Tensor): Tensor {
  const channels = shape.at(-1) ?? 1;
  const sums = new Float64Array(channels);
  for (let i = 0, c = 0; i < data.length; i++) {
    sums[c] = (sums[c] ?? 0) + (data[i] ?? 0);
    if (++c === channels) c = 0;
  }
  const pixels = data.length / channels;
  return { shape: [1, 1, 1, channels], data: Float32Array.from(sums, (sum) => sum / pixels) };
}
