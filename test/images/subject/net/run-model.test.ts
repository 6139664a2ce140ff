import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readModel } from '../../../../src/images/subject/net/read-model.ts';
import { runModel } from '../../../../src/images/subject/net/run-model.ts';
import { ROOT } from '../../../architecture/source-files.ts';
import recorded from './recorded-layers.json' with { type: 'json' };

const FILE = readFileSync(join(ROOT, 'node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite'));
const model = readModel(FILE);

/** What the recorded layers were computed from: a head, a body and noise, in whole numbers. */
function recordedInput(): Float32Array {
  const input = new Float32Array(256 * 256 * 3);
  let state = 7;
  for (let i = 0; i < 256 * 256; i++) {
    const x = i % 256;
    const y = (i - x) / 256;
    const isHead = (x - 128) ** 2 * 4 + (y - 92) ** 2 * 3 < 60 * 60 * 3;
    const isBody = y > 150 && (x - 128) ** 2 < (y - 90) ** 2;
    const wall = [190 - (y >> 2), 205 - (y >> 2), 200];
    const colour = isHead ? [214, 168, 140] : isBody ? [52, 70, 120] : wall;
    for (let c = 0; c < 3; c++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      input[i * 3 + c] = ((colour[c] ?? 0) + (state >>> 28)) / 255;
    }
  }
  return input;
}

test('the weights are those whose layers were recorded', () => {
  expect(createHash('md5').update(FILE).digest('hex')).toBe(recorded.model);
  expect(FILE).toHaveLength(249_024);
});

const tensors = new Map<number, Float32Array>();
const answer = runModel(
  model,
  recordedInput(),
  () => {},
  (tensor, { data }) => tensors.set(tensor, data),
).data;

test('layers are within 0.001 of those of a runtime of TensorFlow itself', () => {
  expect(recorded.layers.length).toBeGreaterThan(50);
  for (const { tensor, mean, size, samples } of recorded.layers) {
    const data = tensors.get(tensor) ?? new Float32Array();
    const average = (of: (value: number) => number) => data.reduce((sum, value) => sum + of(value), 0) / data.length;
    expect(Math.abs(average((value) => value) - mean), `mean of tensor ${tensor}`).toBeLessThan(1e-3);
    expect(Math.abs(average(Math.abs) - size), `size of tensor ${tensor}`).toBeLessThan(1e-3);
    for (const [i, sample] of samples.entries()) {
      const at = Math.floor(((i + 0.5) * data.length) / samples.length);
      expect(Math.abs((data[at] ?? NaN) - sample), `number ${at} of tensor ${tensor}`).toBeLessThan(1e-3);
    }
  }
});

// The runtime that recorded the layers does not know the last but one operator, which is MediaPipe's own.
test('the answer is the last recorded layer, enlarged to blocks of four pixels', () => {
  const [enlarging] = model.operators.slice(-2);
  const [picture = -1, kernel = -1, bias = -1] = enlarging?.inputs ?? [];
  expect(picture).toBe(recorded.layers.at(-1)?.tensor);
  const pixels = tensors.get(picture) ?? new Float32Array();
  // The weights are stored in half precision, and a tensor of their own holds them in full.
  const weights = tensors.get(kernel) ?? new Float32Array();
  const [shift = 0] = tensors.get(bias) ?? [];
  let furthest = 0;
  for (let y = 0; y < 256; y++) {
    for (let x = 0; x < 256; x++) {
      const from = ((y >> 1) * 128 + (x >> 1)) * 16;
      const part = ((y & 1) * 2 + (x & 1)) * 16;
      let sum = shift;
      for (let c = 0; c < 16; c++) sum += (pixels[from + c] ?? NaN) * (weights[part + c] ?? NaN);
      furthest = Math.max(furthest, Math.abs(1 / (1 + Math.exp(-sum)) - (answer[y * 256 + x] ?? NaN)));
    }
  }
  expect(furthest).toBeLessThan(1e-6);
});

test('the answer has these bytes on every version of Node and every processor', () => {
  expect(createHash('sha256').update(new Uint8Array(answer.buffer)).digest('hex')).toBe(
    'eef62fd60f4a553e44cc8e28973e3fd70fad5aabb3c22e0171bccdea935b4157',
  );
});

test('an operator that is not computed, and work that is no longer wanted, end the run', () => {
  const [first, ...rest] = model.operators;
  const strange = { ...model, operators: first ? [{ ...first, name: 'GATHER' }, ...rest] : [] };
  expect(() => runModel(strange, recordedInput(), () => {})).toThrow('GATHER');
  const stop = () => {
    throw new Error('no longer wanted');
  };
  expect(() => runModel(model, recordedInput(), stop)).toThrow('no longer wanted');
});
