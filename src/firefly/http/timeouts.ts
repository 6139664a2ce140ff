/** Limits of network operations, milliseconds. */
export interface Timeouts {
  /** Limit of the TCP and TLS handshake. */
  readonly connectMs: number;
  /** Limit of a proxy's answer to CONNECT. */
  readonly proxyMs: number;
  /** Limit from the end of a submit to the first byte of its answer. */
  readonly submitMs: number;
  /** Limit from the end of any other request to the first byte of its answer. */
  readonly answerMs: number;
  /** Limit of the answer to an upload; it includes the transfer, since undici counts while the body is sent. */
  readonly uploadMs: number;
  /** Limit between two chunks of a body. */
  readonly idleMs: number;
  /** Limit of a whole download. */
  readonly downloadMs: number;
  /** Limit of all attempts to get a token together. */
  readonly tokenMs: number;
}

/** Limits outside of tests. For that of a submit see docs/jobs.md#submit-outcomes. */
export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 5_000,
  proxyMs: 10_000,
  submitMs: 120_000,
  answerMs: 30_000,
  uploadMs: 300_000,
  idleMs: 30_000,
  downloadMs: 600_000,
  tokenMs: 10_000,
};
