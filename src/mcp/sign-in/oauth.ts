import {
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { bearerOf, type Authenticate, type Authentication } from '../client/authentication.ts';
import { identity, type Person } from './people.ts';
import { scopesNamed } from './scopes.ts';

/** Signatures with a key pair. An issuer's public key never counts as a shared secret (RFC 8725, section 3.1). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Types of access tokens: RFC 9068, and what issuers without it write. Other types are tokens for something else. */
const TYPES = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
/** Longest token in characters. Hosts limit headers to twice this. */
const LONGEST_TOKEN = 8_192;
/** Longest subject in characters (OpenID Connect Core, section 2, limits it to 255). */
const LONGEST_SUBJECT = 255;
/** Difference of clocks that is allowed, seconds. */
const CLOCK_TOLERANCE_S = 5;

/** The keys of the issuer. */
export interface IssuerKeys {
  /** Finds the key of a token, never by an address that the token names. @throws KeysUnavailable */
  readonly find: JWTVerifyGetKey;
  /** Asks the issuer again, unless it was asked just now, and tells whether its keys have become others. */
  readonly renewed: () => Promise<boolean>;
}

/** What this resource server knows of its issuer. */
export interface OAuthOptions {
  /** `iss` of its tokens, exactly as it writes it. */
  readonly issuer: string;
  /** `aud` of tokens for this server; any of them. */
  readonly audiences: readonly string[];
  readonly keys: IssuerKeys;
  /** Budgets of the issuer's people. */
  readonly people?: (() => Promise<readonly Person[]>) | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Lets in who shows an access token (JWT) of the issuer for this server (RFC 9068, RFC 8725). */
export function authenticateByIssuer(options: OAuthOptions): Authenticate {
  return async (credentials) => {
    if (credentials.transport === 'stdio') return refused('Sign in first.', false);
    const token = bearerOf(credentials.authorization);
    if (token === undefined) return refused('Sign in first.', credentials.authorization !== undefined);
    const payload = await verified(token, options);
    if (payload === 'unavailable') return { kind: 'unavailable' };
    if (payload === undefined) return refused('This access token is not accepted here.', true);
    const principal = `${options.issuer}|${payload.sub}`;
    const known = (await options.people?.())?.find((person) => person.principal === principal);
    const person = identity(principal, scopesNamed(scopeNames(payload)), known?.budget);
    return { kind: 'accepted', identity: { ...person, until: Math.floor(payload.exp) * 1000 } };
  };
}

type Claims = JWTPayload & Required<Pick<JWTPayload, 'sub' | 'exp'>>;

/** The claims of a token; undefined where it does not count, `unavailable` where the issuer's keys cannot be had. */
async function verified(token: string, options: OAuthOptions): Promise<Claims | undefined | 'unavailable'> {
  if (token.length > LONGEST_TOKEN || !isAccessToken(token)) return undefined;
  try {
    const { sub, exp, ...payload } = await payloadOf(token, options.keys, {
      issuer: options.issuer,
      audience: [...options.audiences],
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'iss', 'aud', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(options.now()),
    });
    if (exp === undefined) return undefined;
    // Some issuers have a `|` in every subject (Auth0). A principal has one meaning all the same: its issuer is the configured one.
    if (typeof sub !== 'string' || sub.length === 0 || sub.length > LONGEST_SUBJECT || /\p{C}/u.test(sub))
      return undefined;
    return { ...payload, sub, exp };
  } catch (error) {
    if (error instanceof KeysUnavailable) return 'unavailable';
    // The last is what an unusable key of the issuer ends with.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return undefined;
    throw error;
  }
}

/** The claims under a signature of one of the issuer's keys. @throws JOSEError, KeysUnavailable */
async function payloadOf(token: string, keys: IssuerKeys, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return await byAnyKey(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWSSignatureVerificationFailed) || !(await keys.renewed())) throw error;
    // A new key need not have a new id, nor an id at all (RFC 7515, section 4.1.4).
    return byAnyKey(token, keys, options);
  }
}

/** A token without the id of a key may be signed with any that fits. */
async function byAnyKey(token: string, { find }: IssuerKeys, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, find, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (problem) {
        if (!(problem instanceof errors.JWSSignatureVerificationFailed)) throw problem;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** The keys of the issuer cannot be had at the moment. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Three parts of base64url without padding (RFC 7515, section 2), of a type that access tokens have. */
function isAccessToken(token: string): boolean {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false;
  try {
    const { typ } = decodeProtectedHeader(token);
    return TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ);
  } catch {
    return false;
  }
}

/** `scope` of RFC 9068, or `scp` as some issuers write it, as text or list. */
function scopeNames({ scope, scp }: JWTPayload): readonly string[] {
  const given = scope ?? scp;
  if (typeof given === 'string') return given.split(' ');
  return Array.isArray(given) ? given.filter((name): name is string => typeof name === 'string') : [];
}

function refused(message: string, isInvalid: boolean): Authentication {
  return { kind: 'refused', message, isInvalid };
}
