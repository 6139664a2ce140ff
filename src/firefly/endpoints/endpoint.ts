import type { z } from 'zod';

/** Declaration of an operation of the API. */
export interface Endpoint {
  /** Adobe's operation id, or our own where Adobe's is misleading. Part of log entries. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path on the API's origin; `{jobId}` for routes that follow a link of Adobe's. */
  readonly path: string;
  /**
   * Whether the client may retry a request on its own after a broken connection or with a fresh token. False for every
   * paid operation.
   */
  readonly retryable: boolean;
}

/** A paid operation; its answer is a job. */
export interface PaidEndpoint extends Endpoint {
  readonly method: 'POST';
  readonly retryable: false;
  /** Values of `x-model-version`; undefined if the operation has no such header. Where it exists, it is always sent. */
  readonly model: z.ZodType<string> | undefined;
  readonly body: z.ZodType;
  /** Documented shape of the answer. Other shapes are read as well (`accept.ts`) and logged. */
  readonly accept: z.ZodType;
}

/** A free operation that is safe to retry. */
export interface FreeEndpoint extends Endpoint {
  readonly retryable: true;
}

/** Declares a paid operation: one file each, listed in `registry.ts`. */
export function definePaid<const Declared extends Omit<PaidEndpoint, 'method' | 'retryable'>>(
  endpoint: Declared,
): Declared & Pick<PaidEndpoint, 'method' | 'retryable'> {
  return { ...endpoint, method: 'POST', retryable: false };
}

/** Declares a free operation. */
export function defineFree(endpoint: Omit<FreeEndpoint, 'retryable'>): FreeEndpoint {
  return { ...endpoint, retryable: true };
}
