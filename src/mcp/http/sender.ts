import type { IncomingMessage } from 'node:http';
import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server';
import { scopeMissing, type Identity, type Scope } from '../../shared/caller.ts';
import type { ResponseDelivery } from '../calls/response-delivery.ts';
import type { Authentication, Credentials } from '../client/authentication.ts';
import { SCOPE_NAMES } from '../sign-in/scopes.ts';
import type { Client } from './guards/forwarded.ts';
import type { Refusal } from './guards/request-guard.ts';

/** Who sends a request, and the delivery of the response to it, where it is observed. */
interface Sender {
  readonly identity: Identity;
  readonly response: ResponseDelivery | undefined;
}

/** Senders by the object that the SDK carries from the request to its handler, which no client can make. */
const senders = new WeakMap<AuthInfo, Sender>();

/** What `authenticate` is given of a request. */
export function credentialsOf(request: IncomingMessage, { address }: Pick<Client, 'address'>): Credentials {
  const from = isLoopback(address) ? 'loopback' : 'network';
  return { transport: 'http', authorization: request.headers.authorization, from };
}

/**
 * The response to a sender without an identity (RFC 6750).
 * @param metadata address of the metadata about the issuer (RFC 9728, section 5.1), where there is one
 */
export function refusalOf(
  authentication: Exclude<Authentication, { kind: 'accepted' }>,
  metadata: string | undefined,
): Refusal {
  if (authentication.kind === 'unavailable') {
    return {
      status: 503,
      message: 'Who you are cannot be checked at the moment. Try again.',
      headers: { 'Retry-After': '5' },
    };
  }
  const error = authentication.isInvalid ? 'invalid_token' : undefined;
  // The usual scopes: clients ask for those of a challenge, and an administrator asks for more.
  const scope = metadata === undefined ? undefined : `${SCOPE_NAMES.read} ${SCOPE_NAMES.generate}`;
  return { status: 401, message: authentication.message, headers: challenge({ error, scope, metadata }) };
}

/** The response to a sender whose sign-in does not cover what was asked (RFC 6750, section 3.1). */
export function scopeRefusal(scope: Scope, metadata: string | undefined, id: unknown): Refusal {
  const { message, next, code } = scopeMissing(scope);
  const error = { code: -32000, message: `${message} ${next}`, data: { code, next } };
  return {
    status: 403,
    message,
    headers: challenge({ error: 'insufficient_scope', scope: SCOPE_NAMES[scope], metadata }),
    body: { jsonrpc: '2.0', id: typeof id === 'string' || typeof id === 'number' ? id : null, error },
  };
}

function challenge(given: {
  readonly error: string | undefined;
  readonly scope: string | undefined;
  readonly metadata: string | undefined;
}): Readonly<Record<string, string>> {
  const parts = { realm: 'firefly-mcp', error: given.error, scope: given.scope, resource_metadata: given.metadata };
  const said = Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value}"`]));
  return { 'WWW-Authenticate': `Bearer ${said.join(', ')}` };
}

/** The SDK's form of a sender, without the token. One for each request. */
export function toAuthInfo(sender: Sender): AuthInfo {
  const { principal, can } = sender.identity;
  const info: AuthInfo = { token: 'not passed on', clientId: principal, scopes: [...can.scopes] };
  senders.set(info, sender);
  return info;
}

/**
 * The sender that `toAuthInfo` was given.
 * @throws Error for a request without one, which is a defect of this program
 */
export function senderOf(info: AuthInfo | undefined): Sender {
  const sender = info && senders.get(info);
  if (sender === undefined) throw new Error('A request has no identity.');
  return sender;
}

/** The identity within a request's sender. @throws as `senderOf` */
export function identityOf(info: AuthInfo | undefined): Identity {
  return senderOf(info).identity;
}

/** The delivery of the response to the request of a handler's context. @throws as `senderOf` */
export function responseTo({ http }: ServerContext): ResponseDelivery | undefined {
  return senderOf(http?.authInfo).response;
}

function isLoopback(address: string): boolean {
  return /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/i.test(address);
}
