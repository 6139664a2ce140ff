import type { Clock } from '../../shared/time/clock.ts';
import { Problem } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { problem } from '../problems.ts';
import type { TokenOutcome } from './ims.ts';
import { expiryClaim, tokenFrom } from './token.ts';
import type { Token } from './token.ts';
import { RenewingTokenSource, noTokens } from './token-source.ts';
import type { TokenSource } from './token-source.ts';

/** Credentials for Adobe's API. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** Reads the secret that is configured now, since its file may have changed. Called when IMS refuses the old one. */
  readonly secretNow?: (() => string | undefined) | undefined;
  /** A token from elsewhere, used until it expires or is refused. */
  readonly accessToken?: string | undefined;
}

/** Dependencies of token sources. */
interface TokenContext {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Requests a token from IMS with this id and secret. */
  readonly requestToken: (clientId: string, clientSecret: string) => Promise<TokenOutcome>;
}

/** Assumed lifetime of a token without a readable expiry; a 401 ends it earlier. */
const UNKNOWN_LIFE_MS = 24 * 60 * 60_000;

/** Creates the token source for these credentials; without usable ones, it rejects with `credentials_missing`. */
export function createTokenSource(credentials: Credentials | undefined, context: TokenContext): TokenSource {
  const { clientId, clientSecret, accessToken } = credentials ?? { clientId: '' };
  if (!clientId || (!clientSecret && !accessToken)) return noTokens(missingCredentials());
  const first = accessToken ? configuredToken(accessToken, context.clock) : undefined;
  const secret = clientSecret ? new ClientSecret(clientSecret, credentials?.secretNow) : undefined;
  const request = secret ? () => secret.exchange((value) => context.requestToken(clientId, value)) : refuseRenewal;
  const isRenewed = () => secret?.isRenewed() ?? false;
  const source = new RenewingTokenSource({ request, isRenewed, clock: context.clock, logger: context.logger, first });
  const given = accessToken ? [accessToken] : [];
  return {
    get: (signal) => source.get(signal),
    refused: (token) => source.refused(token),
    accepted: (token) => source.accepted(token),
    secrets: () => [...(secret?.seen ?? []), ...given, ...source.secrets()],
  };
}

/** A client secret that may be rotated at run time: both secrets are valid at Adobe until the old one is deleted. */
class ClientSecret {
  /** Every value so far; the last one is current. */
  readonly seen: string[];
  readonly #now: () => string | undefined;

  constructor(value: string, now: () => string | undefined = () => undefined) {
    this.seen = [value];
    this.#now = now;
  }

  /** Whether the configured secret differs from the current one. */
  isRenewed(): boolean {
    const now = this.#now();
    return now !== undefined && now !== '' && now !== this.seen.at(-1);
  }

  /** Requests a token with the current secret; if IMS refuses it and a new one is configured, once more with that. */
  async exchange(ask: (secret: string) => Promise<TokenOutcome>): Promise<TokenOutcome> {
    const outcome = await ask(this.seen.at(-1) ?? '');
    if (outcome.kind !== 'refused' || !this.isRenewed()) return outcome;
    this.seen.push(this.#now() ?? '');
    return ask(this.seen.at(-1) ?? '');
  }
}

function configuredToken(value: string, clock: Clock): Token {
  const wall = clock.now();
  const end = expiryClaim(value) ?? wall + UNKNOWN_LIFE_MS;
  return tokenFrom(value, Math.max(end - wall, 0), 1, { wall, monotonic: clock.monotonic() });
}

function missingCredentials(): Problem {
  return new Problem('credentials_missing', 'No credentials for Adobe Firefly are configured.', {
    next: 'Set FIREFLY_CLIENT_ID and FIREFLY_CLIENT_SECRET, or start with --demo to try everything without Adobe.',
  });
}

/** Outcome for an expired token without a secret. Not `refused`, whose long backoff would serve no purpose here. */
async function refuseRenewal(): Promise<TokenOutcome> {
  return {
    kind: 'unavailable',
    problem: problem([
      'access_token_expired',
      'FIREFLY_ACCESS_TOKEN has expired or was refused, and without FIREFLY_CLIENT_SECRET no new token can be fetched.',
      'Set a new FIREFLY_ACCESS_TOKEN, or FIREFLY_CLIENT_SECRET.',
    ]),
  };
}
