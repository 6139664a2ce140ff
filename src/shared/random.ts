import { randomBytes, randomUUID } from 'node:crypto';

/** Randomness as a parameter, so that tests can repeat a run. */
export interface Random {
  /** A number in [0, 1). For jitter, never for secrets. */
  float(): number;
  /** `length` bytes fit for secrets and handles. */
  bytes(length: number): Uint8Array;
  /** An RFC 9562 version 4 UUID. */
  uuid(): string;
}

/** The operating system's randomness. */
export const systemRandom: Random = {
  float: () => Math.random(),
  bytes: (length) => randomBytes(length),
  uuid: () => randomUUID(),
};

/** `ms` changed by up to `share` (0.2 = ±20 %), so that processes do not march in step. */
export function jitter(ms: number, share: number, random: Random): number {
  return ms * (1 + share * (2 * random.float() - 1));
}
