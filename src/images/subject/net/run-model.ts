import type { Check } from '../types.ts';
import { convolve, convolveChannels, enlarge, type Steps } from './convolution.ts';
import { add, averageAll, hardSwish, logistic, multiply, rectify } from './pointwise.ts';
import type { Model, Operator, Tensor } from './read-model.ts';
import { resizeLinear } from './resize.ts';

/**
 * Runs a net. Only sums, products and comparisons of numbers are used, so that every engine computes the same bytes.
 * @param check called before each operator, of which the longest takes some ten milliseconds
 * @param observe told of each tensor that is computed, by its number
 * @throws Error for an operator, or a setting of one, that this program does not compute
 */
export function runModel(
  model: Model,
  input: Float32Array,
  check: Check,
  observe?: (tensor: number, value: Tensor) => void,
): Tensor {
  const tensors = new Map<number, Tensor>([[model.input, { shape: shapeOf(model, model.input), data: input }]]);
  const get = (i: number): Tensor => {
    const known = tensors.get(i);
    if (known) return known;
    const data = model.constants.get(i);
    if (data === undefined) throw new Error(`the net needs tensor ${i} before it is computed`);
    return { shape: shapeOf(model, i), data };
  };
  for (const operator of model.operators) {
    check();
    const value = compute(operator, operator.inputs.map(get));
    tensors.set(operator.output, value);
    observe?.(operator.output, value);
  }
  return get(model.output);
}

function shapeOf({ shapes }: Model, i: number): readonly number[] {
  return shapes[i] ?? [];
}

/** Places of an operator's settings in its table (TensorFlow Lite's schema.fbs). */
const CONVOLUTION = { padding: 0, stepX: 1, stepY: 2, activation: 3, dilationX: 4, dilationY: 5 };
const DEPTHWISE = { padding: 0, stepX: 1, stepY: 2, activation: 4, dilationX: 5, dilationY: 6 };
const POOL = { width: 3, height: 4, activation: 5 };
const RESIZE = { halfPixels: 3 };

function compute(operator: Operator, [first, second, third]: readonly Tensor[]): Tensor {
  if (first === undefined) throw unsupported(operator);
  switch (operator.name) {
    case 'DEQUANTIZE':
      return first;
    case 'RELU':
      return rectify(first);
    case 'HARD_SWISH':
      return hardSwish(first);
    case 'LOGISTIC':
      return logistic(first);
    case 'AVERAGE_POOL_2D':
      return averageAll(wholePicture(operator, first));
  }
  if (second === undefined) throw unsupported(operator);
  switch (operator.name) {
    case 'ADD':
      return add(first, second);
    case 'MUL':
      return multiply(first, second);
    case 'RESIZE_BILINEAR':
      require(operator, operator.small(RESIZE.halfPixels) === 1);
      return resizeLinear(first, second.data[1] ?? 0, second.data[0] ?? 0);
  }
  if (third === undefined) throw unsupported(operator);
  switch (operator.name) {
    case 'CONV_2D':
      return convolve(first, second, third.data, stepsOf(operator, CONVOLUTION));
    case 'DEPTHWISE_CONV_2D':
      return convolveChannels(first, second, third.data, stepsOf(operator, DEPTHWISE));
    case 'Convolution2DTransposeBias': {
      // The settings are padding, width and height of a step; a step as large as the kernel needs no padding.
      const [, stepX, stepY] = operator.custom;
      require(operator, stepX === second.shape[2] && stepY === second.shape[1]);
      return enlarge(first, second, third.data);
    }
    default:
      throw unsupported(operator);
  }
}

function stepsOf(operator: Operator, fields: typeof CONVOLUTION): Steps {
  require(operator, operator.wide(fields.dilationX, 1) === 1 && operator.wide(fields.dilationY, 1) === 1);
  require(operator, operator.small(fields.activation) === 0);
  return {
    padded: operator.small(fields.padding) === 0,
    x: operator.wide(fields.stepX),
    y: operator.wide(fields.stepY),
  };
}

/** A picture that an average is taken of as a whole. */
function wholePicture(operator: Operator, picture: Tensor): Tensor {
  const [, height, width] = picture.shape;
  require(operator, operator.wide(POOL.width) === width && operator.wide(POOL.height) === height);
  return picture;
}

function require(operator: Operator, isSupported: boolean): void {
  if (!isSupported) throw unsupported(operator);
}

function unsupported({ name }: Operator): Error {
  return new Error(`the net has a ${name} of a kind that is not computed here`);
}
