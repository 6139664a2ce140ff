import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../shared/time/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import { KeysUnavailable } from './oauth.ts';

/** Least time between two requests to the issuer: tokens with made-up key ids cause no more of them. */
const COOLDOWN_MS = 30_000;
/** Time after which keys are asked for again, so that a key that the issuer has withdrawn ends to count. */
const MOST_AGE_MS = 10 * 60_000;
/** Time for which known keys count while the issuer does not answer. */
const MOST_STALE_MS = 24 * 60 * 60_000;

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.string() });
const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

/** A JSON document from an https address, or from loopback. @throws Error where it cannot be had */
export type FetchJson = (url: string) => Promise<unknown>;

/**
 * The keys of an issuer, found by its metadata (RFC 8414, OpenID Connect Discovery) and asked for on first use. The token
 * only says which of them it was signed with.
 */
export function issuerKeys(
  issuer: string,
  {
    fetchJson,
    clock,
    logger,
  }: { readonly fetchJson: FetchJson; readonly clock: Pick<Clock, 'monotonic'>; readonly logger: Logger },
): JWTVerifyGetKey {
  let keys: { readonly find: JWTVerifyGetKey; readonly at: number } | undefined;
  let askedAt = -Infinity;
  let asking: Promise<void> | undefined;

  const ask = async () => {
    try {
      const set: JSONWebKeySet = Keys.parse(await fetchJson(await keysAddress(issuer, fetchJson)));
      keys = { find: createLocalJWKSet(set), at: clock.monotonic() };
    } catch (error) {
      logger.warn('issuer_unreachable', { issuer, error });
    }
  };
  const refresh = async () => {
    if (asking === undefined && clock.monotonic() - askedAt >= COOLDOWN_MS) {
      askedAt = clock.monotonic();
      asking = ask().finally(() => (asking = undefined));
    }
    await asking;
  };

  return async (header, token) => {
    if (keys === undefined || clock.monotonic() - keys.at > MOST_AGE_MS) await refresh();
    if (keys === undefined || clock.monotonic() - keys.at > MOST_STALE_MS) throw new KeysUnavailable(issuer);
    try {
      return await keys.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The issuer may have a new key.
      await refresh();
      return keys.find(header, token);
    }
  };
}

/** Where the issuer's keys are, by its own word. */
async function keysAddress(issuer: string, fetchJson: FetchJson): Promise<string> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const places = [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
  let problem: unknown;
  for (const place of places) {
    try {
      const metadata = Metadata.parse(await fetchJson(place));
      // RFC 8414, section 3.3: metadata of another issuer do not count.
      if (metadata.issuer !== issuer) throw new Error(`The metadata at ${place} are of another issuer.`);
      return metadata.jwks_uri;
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}
