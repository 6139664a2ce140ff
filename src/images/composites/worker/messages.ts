import type { ProblemRecord } from '../../../shared/errors.ts';
import type { Composite, CompositeOrder } from '../composite.ts';

/** What the worker is asked. Its buffers are handed over. */
export interface Request {
  readonly order: CompositeOrder;
  /** Where private temporary folders may be made. */
  readonly folder: string;
  /** One number in shared memory: not 0 as soon as the answer is no longer wanted. */
  readonly stopped: SharedArrayBuffer;
}

/** What the worker answers, once for each request. */
export type Answer =
  | { readonly composite: Composite }
  /** A problem that a person can read. */
  | { readonly problem: ProblemRecord }
  /** A defect: name and stack, for the log. */
  | { readonly defect: string }
  | { readonly stopped: true };
