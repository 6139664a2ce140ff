import { FlatBuffer } from './flat-buffer.ts';

/** Numbers in the order of their dimensions: a picture is [1, height, width, channels]. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One step of a net: what it computes, from which tensors, into which one. */
export interface Operator {
  /** Name in TensorFlow Lite, such as `CONV_2D`. */
  readonly name: string;
  readonly inputs: readonly number[];
  readonly output: number;
  /** Settings of the operator by their place in its table of options: numbers of one byte, and those of four. */
  readonly small: (field: number) => number;
  readonly wide: (field: number, otherwise?: number) => number;
  /** Settings of an operator that TensorFlow Lite does not have itself, as whole numbers. */
  readonly custom: readonly number[];
}

/** A net as its file describes it. */
export interface Model {
  /** Shape of each tensor, by its number. */
  readonly shapes: readonly (readonly number[])[];
  /** Values of the tensors that the file holds: weights, and sizes as whole numbers. */
  readonly constants: ReadonlyMap<number, Float32Array>;
  readonly operators: readonly Operator[];
  readonly input: number;
  readonly output: number;
}

/** Numbers of the operators in TensorFlow Lite's schema (schema.fbs), of those that this program computes. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'ADD',
  1: 'AVERAGE_POOL_2D',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  6: 'DEQUANTIZE',
  14: 'LOGISTIC',
  18: 'MUL',
  19: 'RELU',
  23: 'RESIZE_BILINEAR',
  117: 'HARD_SWISH',
};
const CUSTOM = 32;

/** Types of tensors in TensorFlow Lite's schema. */
const TYPES = { float32: 0, float16: 1, int32: 2 };

/**
 * Reads a TensorFlow Lite file with one graph, one input and one output.
 * @param file whole content of a .tflite file
 * @throws Error for a file that holds anything else
 */
export function readModel(file: Uint8Array): Model {
  const buffer = new FlatBuffer(file);
  const { root } = buffer;
  const kinds = buffer.tables(root, 1).map((kind) => {
    const code = Math.max(buffer.number(kind, 0, 'byte'), buffer.number(kind, 3, 'int'));
    return code === CUSTOM ? buffer.text(kind, 1) : (NAMES[code] ?? `operator ${code}`);
  });
  const contents = buffer.tables(root, 4);
  const [graph, ...others] = buffer.tables(root, 2);
  if (graph === undefined || others.length > 0) throw new Error('expected a net of one graph');
  const tensors = buffer.tables(graph, 0);
  const constants = new Map<number, Float32Array>();
  for (const [i, tensor] of tensors.entries()) {
    const content = contents[buffer.number(tensor, 2, 'unsigned')];
    const bytes = content === undefined ? new Uint8Array() : buffer.bytes(content, 0);
    if (bytes.length > 0) constants.set(i, valuesOf(bytes, buffer.number(tensor, 1, 'byte')));
  }
  return {
    shapes: tensors.map((tensor) => buffer.numbers(tensor, 0)),
    constants,
    operators: buffer.tables(graph, 3).map((operator) => readOperator(buffer, operator, kinds)),
    input: only(buffer.numbers(graph, 1)),
    output: only(buffer.numbers(graph, 2)),
  };
}

function readOperator(buffer: FlatBuffer, operator: number, kinds: readonly string[]): Operator {
  const options = buffer.table(operator, 4);
  const custom = buffer.bytes(operator, 5);
  return {
    name: kinds[buffer.number(operator, 0, 'unsigned')] ?? 'none',
    inputs: buffer.numbers(operator, 1),
    output: only(buffer.numbers(operator, 2)),
    small: (field) => (options === undefined ? 0 : buffer.number(options, field, 'byte')),
    wide: (field, otherwise = 0) =>
      options === undefined ? otherwise : buffer.number(options, field, 'int', otherwise),
    custom: custom.length % 4 === 0 ? [...valuesOf(custom, TYPES.int32)] : [],
  };
}

function only(numbers: readonly number[]): number {
  const [first] = numbers;
  if (first === undefined || numbers.length > 1) throw new Error(`expected one tensor, got ${numbers.length}`);
  return first;
}

function valuesOf(bytes: Uint8Array, type: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = type === TYPES.float16 ? 2 : 4;
  const values = new Float32Array(bytes.length / size);
  for (let i = 0; i < values.length; i++) {
    if (type === TYPES.float16) values[i] = halfPrecision(view.getUint16(i * 2, true));
    else if (type === TYPES.float32) values[i] = view.getFloat32(i * 4, true);
    else if (type === TYPES.int32) values[i] = view.getInt32(i * 4, true);
    else throw new Error(`tensors of type ${type} are not read`);
  }
  return values;
}

/** A number of 16 bits: 1 for the sign, 5 for the exponent, 10 for the fraction (IEEE 754). Weights are finite. */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
