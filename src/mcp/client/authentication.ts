import { LOCAL, type Identity } from '../../shared/caller.ts';
import type { Logger } from '../../shared/logger.ts';

/** What a transport knows about the sender: of a connection on stdio, of each request over HTTP. */
export type Credentials =
  /** The program that started this one. */
  | { readonly transport: 'stdio' }
  | {
      readonly transport: 'http';
      /** Value of the Authorization header, as it was sent. */
      readonly authorization: string | undefined;
      /** Where the connection comes from: this machine, or any other place. */
      readonly from: 'loopback' | 'network';
    };

/** The sender's identity, or why there is none. */
export type Authentication =
  | { readonly kind: 'accepted'; readonly identity: Identity }
  | {
      readonly kind: 'refused';
      /** A sentence for the sender. Tells nothing about other principals. */
      readonly message: string;
      /** True where credentials were given and do not count: `error="invalid_token"` of RFC 6750. */
      readonly isInvalid: boolean;
    }
  /** Nothing could be checked, since the authority did not answer, say. */
  | { readonly kind: 'unavailable' };

/** Finds out who sends. A rejection counts as `unavailable`: without an identity nothing is served. */
export type Authenticate = (credentials: Credentials) => Promise<Authentication>;

/** `authenticate` that never rejects: what it throws is logged, and the sender gets no identity. */
export async function authenticated(
  { authenticate, logger }: { readonly authenticate: Authenticate; readonly logger: Logger },
  credentials: Credentials,
): Promise<Authentication> {
  try {
    return await authenticate(credentials);
  } catch (error) {
    logger.error('authentication_failed', { transport: credentials.transport, error });
    return { kind: 'unavailable' };
  }
}

/**
 * Lets in the person at this machine: every stdio connection, and requests from loopback that carry the token.
 * @param token bearer token of HTTP (RFC 6750); without one, HTTP is refused
 * @param tokenFile path of the file that holds it, told to senders on this machine, who cannot read it unless it is theirs
 */
export function authenticateLocal(token?: string, tokenFile?: string): Authenticate {
  const accepted: Authentication = { kind: 'accepted', identity: LOCAL };
  let comparing: Promise<(given: string) => boolean> | undefined;
  return async (credentials) => {
    if (credentials.transport === 'stdio') return accepted;
    const given = bearerOf(credentials.authorization);
    const isRight = given !== undefined && token !== undefined && (await (comparing ??= equalTo(token)))(given);
    if (isRight && credentials.from === 'loopback') return accepted;
    return {
      kind: 'refused',
      message: tokenWanted({
        wasGiven: given !== undefined,
        file: credentials.from === 'loopback' ? tokenFile : undefined,
      }),
      isInvalid: given !== undefined,
    };
  };
}

/** Names header and file, since the person who reads this has to put one into the other. */
function tokenWanted({ wasGiven, file }: { readonly wasGiven: boolean; readonly file: string | undefined }): string {
  const where =
    file === undefined ? 'the one that the server printed when it started' : `the server keeps it in ${file}`;
  const what = wasGiven ? 'This bearer token is not the one of this server' : 'A bearer token is required';
  return `${what} (${where}). Give the client the header "Authorization: Bearer TOKEN"; there is no sign-in (OAuth) here.`;
}

/** The bearer token of an Authorization header (RFC 6750); undefined where the header holds none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^bearer +([^ ]+) *$/i.exec(authorization ?? '')?.[1];
}

/** Comparing digests takes constant time, whatever was sent. Loaded here, since a start on stdio compares no token. */
async function equalTo(token: string): Promise<(given: string) => boolean> {
  const { createHash, timingSafeEqual } = await import('node:crypto');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return (given) => timingSafeEqual(digest(given), expected);
}
