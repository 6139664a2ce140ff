import type { z } from 'zod';

/** What every operation of the API says about itself. */
export interface Endpoint {
  /** Adobe's operation id, or ours where Adobe's is misleading. Appears in the log. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path on the API's origin; `{jobId}` where Adobe's own link is followed. */
  readonly path: string;
  /**
   * Whether the same request may be sent again by itself, after a broken connection or with a fresh token. False for
   * everything that costs money.
   */
  readonly repeatable: boolean;
}

/** An operation that costs money and is answered with a job. */
export interface PaidEndpoint extends Endpoint {
  readonly method: 'POST';
  readonly repeatable: false;
  /** Values of `x-model-version`; undefined where the operation has no such header. It is always sent where it exists. */
  readonly model: z.ZodType<string> | undefined;
  readonly body: z.ZodType;
  /** The shape that Adobe promises. Others are understood as well (`accept.ts`), and logged. */
  readonly accept: z.ZodType;
}

/** An operation that costs nothing and changes nothing when it is repeated. */
export interface FreeEndpoint extends Endpoint {
  readonly repeatable: true;
}

/** Declares a paid operation; one file each, listed in `registry.ts`. */
export function definePaid(endpoint: Omit<PaidEndpoint, 'method' | 'repeatable'>): PaidEndpoint {
  return { ...endpoint, method: 'POST', repeatable: false };
}

/** Declares an operation that may be repeated. */
export function defineFree(endpoint: Omit<FreeEndpoint, 'repeatable'>): FreeEndpoint {
  return { ...endpoint, repeatable: true };
}
