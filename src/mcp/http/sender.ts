import type { IncomingMessage } from 'node:http';
import type { AuthInfo } from '@modelcontextprotocol/server';
import type { Identity } from '../../shared/caller.ts';
import type { Authentication, Credentials } from '../client/authentication.ts';
import type { Refusal } from './guards/request-guard.ts';

/** Identities by the object that the SDK carries from the request to its handler, which no client can make. */
const identities = new WeakMap<AuthInfo, Identity>();

/** What `authenticate` is given of a request. */
export function credentialsOf(request: IncomingMessage): Credentials {
  const { remoteAddress } = request.socket;
  const from = isLoopback(remoteAddress) ? 'loopback' : 'network';
  return { transport: 'http', authorization: request.headers.authorization, from };
}

/** The response to a sender without an identity (RFC 6750). */
export function refusalOf(authentication: Exclude<Authentication, { kind: 'accepted' }>): Refusal {
  if (authentication.kind === 'unavailable') {
    return {
      status: 503,
      message: 'Who you are cannot be checked at the moment. Try again.',
      headers: { 'Retry-After': '5' },
    };
  }
  const error = authentication.isInvalid ? ', error="invalid_token"' : '';
  return {
    status: 401,
    message: authentication.message,
    headers: { 'WWW-Authenticate': `Bearer realm="firefly-mcp"${error}` },
  };
}

/** The SDK's form of an identity, without the token. */
export function toAuthInfo(identity: Identity): AuthInfo {
  const info: AuthInfo = {
    token: 'not passed on',
    clientId: identity.principal,
    scopes: [...identity.can.scopes],
  };
  identities.set(info, identity);
  return info;
}

/**
 * The identity that `toAuthInfo` was given.
 * @throws Error for a request without one, which is a defect of this program
 */
export function identityOf(info: AuthInfo | undefined): Identity {
  const identity = info && identities.get(info);
  if (identity === undefined) throw new Error('A request has no identity.');
  return identity;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/i.test(address);
}
