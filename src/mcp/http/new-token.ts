import type { Random } from '../../shared/random.ts';

const TOKEN_BYTES = 32;

/** A new bearer token of 256 random bits. A file that stores it needs mode 0600. */
export function newToken(random: Random): string {
  return Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
}
