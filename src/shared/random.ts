/** Randomness as a dependency, so that tests can repeat a run. */
export interface Random {
  /** A number in [0, 1). For jitter, never for secrets. */
  float(): number;
  /** `length` bytes fit for secrets and handles. */
  bytes(length: number): Uint8Array;
  /** A version 4 UUID (RFC 9562). */
  uuid(): string;
}

/** The operating system's randomness. Node's module for it is loaded on first use: a start needs none. */
export const systemRandom: Random = {
  float: () => Math.random(),
  bytes: (length) => process.getBuiltinModule('node:crypto').randomBytes(length),
  uuid: () => process.getBuiltinModule('node:crypto').randomUUID(),
};

/** Changes `ms` by up to `share` (0.2 = ±20 %), so that processes do not act at the same moments. */
export function jitter(ms: number, share: number, random: Random): number {
  return ms * (1 + share * (2 * random.float() - 1));
}
