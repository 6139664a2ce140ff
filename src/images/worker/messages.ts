import { fromProblemRecord, type ProblemRecord } from '../../shared/errors.ts';

/** What a thread is asked. Its buffers are handed over. */
export interface Request<Order> {
  readonly order: Order;
  /** One number in shared memory: not 0 as soon as the answer is no longer wanted. */
  readonly stopped: SharedArrayBuffer;
}

/** What a worker answers, once for each request. A process has the byte arrays of a result in files. */
export type Answer<Result> =
  | { readonly result: Result }
  /** A problem that a person can read. */
  | { readonly problem: ProblemRecord }
  /** A defect: name and stack, for the log. */
  | { readonly defect: string }
  | { readonly stopped: true };

/**
 * The result of an answer.
 * @param name of the worker
 * @throws Problem, the error of a defect, the signal's reason
 */
export function resultOf<Result>(answer: Answer<Result>, signal: AbortSignal | undefined, name: string): Result {
  if ('result' in answer) return answer.result;
  if ('problem' in answer) throw fromProblemRecord(answer.problem);
  if ('defect' in answer) throw new Error(answer.defect);
  signal?.throwIfAborted();
  throw new Error(`the ${name} stopped without being asked`);
}

/** The memory of byte arrays that can be handed over: where an array holds all of it. Others are copied. */
export function wholeBuffers(arrays: readonly Uint8Array[]): ArrayBuffer[] {
  const whole = arrays.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
  return [...new Set(whole)];
}
