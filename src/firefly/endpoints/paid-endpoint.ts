import type { z } from 'zod';
import type { AcceptFamily } from '../families/accept.ts';
import type { ErrorFamily } from '../families/errors.ts';
import type { OperationLimits } from '../families/limits.ts';
import type { Service } from '../families/origins.ts';
import type { ResultFamily } from '../families/results.ts';
import type { Endpoint } from './endpoint.ts';

/** The header that names the model of a request. Where an operation has one, it is always sent. */
export interface ModelHeaderRule<Model extends string = string> {
  /** In lower case. */
  readonly name: string;
  readonly values: z.ZodType<Model>;
  /** Whether Adobe has no other model for what the operation does. */
  readonly isOnly?: boolean | undefined;
}

/**
 * Declaration of a paid operation; its answer is a job. Whatever differs between operations is in here, so that client
 * and engine know none of them by name.
 */
export interface PaidEndpoint extends Endpoint {
  readonly method: 'POST';
  readonly retryable: false;
  /** Undefined if the operation has no such header. */
  readonly model: ModelHeaderRule | undefined;
  readonly body: z.ZodType;
  /** Where the operation is, and who may receive a token for its jobs. */
  readonly service: Service;
  /** How the answer to a submit names the job. */
  readonly accept: AcceptFamily;
  /** How a status answer names the results. */
  readonly result: ResultFamily;
  readonly limits: OperationLimits;
  /** What Adobe's error codes mean for this operation. */
  readonly errors: ErrorFamily;
}

/** Declares a paid operation: one file each, listed in `registry.ts`. */
export function definePaid<const Declared extends Omit<PaidEndpoint, 'method' | 'retryable'>>(
  endpoint: Declared,
): Declared & Pick<PaidEndpoint, 'method' | 'retryable'> {
  return { ...endpoint, method: 'POST', retryable: false };
}

/** Adobe's header for the model of a Firefly operation. */
export function modelVersion<Model extends string>(values: z.ZodType<Model>, isOnly?: boolean): ModelHeaderRule<Model> {
  return { name: 'x-model-version', values, isOnly };
}
