import { parentPort } from 'node:worker_threads';
import { Problem, toProblemRecord } from '../../../shared/errors.ts';
import { makeComposite } from '../make-composite.ts';
import type { Answer, Request } from './messages.ts';

// The entry of the worker that makes composites: a file of its own in the bundle (build/bundle.mjs).

/** Thrown between two steps of a composite that is no longer wanted. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

async function answerTo({ order, folder, stopped }: Request): Promise<Answer> {
  const flag = new Int32Array(stopped);
  const check = () => {
    if (Atomics.load(flag, 0) !== 0) throw new Stopped();
  };
  try {
    check();
    return { composite: await makeComposite(order, { folder, check }) };
  } catch (error) {
    if (error instanceof Stopped) return { stopped: true };
    if (error instanceof Problem) return { problem: toProblemRecord(error) };
    return { defect: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', (request: Request) => {
  void answerTo(request).then((answer) => {
    const bytes = 'composite' in answer ? answer.composite.bytes : undefined;
    // Bytes that fill their memory are handed over instead of copied.
    const whole = bytes?.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
    parentPort?.postMessage(answer, whole ? [bytes.buffer as ArrayBuffer] : []);
  });
});
