import type { ProblemRecord } from '../../shared/errors.ts';

/** What a worker is asked. Its buffers are handed over. */
export interface Request<Order> {
  readonly order: Order;
  /** One number in shared memory: not 0 as soon as the answer is no longer wanted. */
  readonly stopped: SharedArrayBuffer;
}

/** What a worker answers, once for each request. */
export type Answer<Result> =
  | { readonly result: Result }
  /** A problem that a person can read. */
  | { readonly problem: ProblemRecord }
  /** A defect: name and stack, for the log. */
  | { readonly defect: string }
  | { readonly stopped: true };

/** The memory of byte arrays that can be handed over: where an array holds all of it. Others are copied. */
export function wholeBuffers(arrays: readonly Uint8Array[]): ArrayBuffer[] {
  const whole = arrays.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
  return [...new Set(whole)];
}
