/** One route of the API. */
export interface Endpoint {
  /** Adobe's operation id, or our own where Adobe's is misleading. Part of log entries. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path on the origin; `{jobId}` for the routes of a job. */
  readonly path: string;
  /**
   * Whether the client may retry a request on its own after a broken connection or with a fresh token. False for every
   * paid operation.
   */
  readonly retryable: boolean;
  /** Most bytes of an answer, where it may be larger than answers usually are. */
  readonly mostBytes?: number | undefined;
}

/** A free operation that is safe to retry. */
export interface FreeEndpoint extends Endpoint {
  readonly retryable: true;
}

/** Declares a free operation. */
export function defineFree(endpoint: Omit<FreeEndpoint, 'retryable'>): FreeEndpoint {
  return { ...endpoint, retryable: true };
}
