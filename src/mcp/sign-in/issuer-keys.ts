import { createLocalJWKSet, errors, type JWK, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../shared/time/clock.ts';
import { atMost } from '../../shared/time/deadline.ts';
import type { Logger } from '../../shared/logger.ts';
import { isRecord } from '../../shared/text/json.ts';
import { KeysUnavailable, type IssuerKeys } from './oauth.ts';

/** Least time between two requests to the issuer: tokens with made-up key ids cause no more of them. */
const COOLDOWN_MS = 30_000;
/** Time after which keys are asked for again, so that a key that the issuer has withdrawn ends to count. */
const MOST_AGE_MS = 10 * 60_000;
/** Time for which known keys count while the issuer does not answer. */
const MOST_STALE_MS = 24 * 60 * 60_000;
/** Longest wait for newer keys where there are known ones. */
const PATIENCE_MS = 2_000;

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.string() });
const Keys = z.object({ keys: z.array(z.unknown()).max(100) });

/** A JSON document from an https address, or from loopback. @throws Error where it cannot be had */
export type FetchJson = (url: string) => Promise<unknown>;

interface Known {
  readonly find: JWTVerifyGetKey;
  /** The keys as text. */
  readonly text: string;
  /** Monotonic milliseconds. */
  readonly at: number;
}

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
  }: {
    readonly fetchJson: FetchJson;
    readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
    readonly logger: Logger;
  },
): IssuerKeys {
  let known: Known | undefined;
  let askedAt = -Infinity;
  let asking: Promise<true> | undefined;
  /** Whether the issuer did not answer the last time: no sender waits for it then, as long as there are keys. */
  let isSilent = false;

  const ask = async () => {
    try {
      const { keys } = Keys.parse(await fetchJson(await keysAddress(issuer, fetchJson)));
      // What is no key is passed over, and spoils no other one (RFC 7517, section 5).
      const find = createLocalJWKSet({ keys: keys.filter((key): key is JWK => isRecord(key)) });
      known = { find, text: JSON.stringify(keys), at: clock.monotonic() };
      isSilent = false;
    } catch (error) {
      isSilent = true;
      logger.warn('issuer_unreachable', { issuer, error });
    }
    return true as const;
  };
  /** The request to the issuer that is under way, or that is due; undefined right after one. */
  const refresh = () => {
    if (asking === undefined && clock.monotonic() - askedAt >= COOLDOWN_MS) {
      askedAt = clock.monotonic();
      asking = ask().finally(() => (asking = undefined));
    }
    return asking;
  };
  const forAMoment = async (asked: Promise<true> | undefined) => {
    if (asked !== undefined && (await atMost(PATIENCE_MS, asked, clock)) === undefined) isSilent = true;
  };
  const age = () => (known === undefined ? Infinity : clock.monotonic() - known.at);

  return {
    find: async (header, token) => {
      if (age() > MOST_STALE_MS) await refresh();
      else if (age() > MOST_AGE_MS) await (isSilent ? void refresh() : forAMoment(refresh()));
      if (known === undefined || age() > MOST_STALE_MS) throw new KeysUnavailable(issuer);
      try {
        return await known.find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // The issuer may have a new key.
        await forAMoment(refresh());
        return known.find(header, token);
      }
    },
    renewed: async () => {
      const before = known?.text;
      await forAMoment(refresh());
      return known?.text !== before;
    },
  };
}

/** Where the issuer's keys are, by its own word. */
async function keysAddress(issuer: string, fetchJson: FetchJson): Promise<string> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const places = new Set([
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
    // OpenID Connect metadata at the place of RFC 8414 (section 5).
    `${origin}/.well-known/openid-configuration${path}`,
  ]);
  let problem: unknown;
  for (const place of places) {
    try {
      const metadata = Metadata.parse(await fetchJson(place));
      // RFC 8414, section 3.3: metadata of another issuer do not count.
      if (metadata.issuer !== issuer) throw new Error(`The metadata at ${place} are of another issuer.`);
      return metadata.jwks_uri;
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem;
}
