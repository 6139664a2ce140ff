/** How long the network may take, milliseconds. */
export interface Timeouts {
  /** TCP and TLS handshake. */
  readonly connectMs: number;
  /** A proxy's answer to CONNECT. */
  readonly proxyMs: number;
  /** From the end of a submit to the first byte of its answer. */
  readonly submitMs: number;
  /** The same for every other request to Adobe. */
  readonly answerMs: number;
  /** The same for an upload: undici counts while a slow line still takes the picture. */
  readonly uploadMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** One whole download. */
  readonly downloadMs: number;
  /** All attempts to get a token together. */
  readonly tokenMs: number;
}

/** What holds unless tests say otherwise (`reliability.md` §4d for submits). */
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
