import type { IncomingMessage, ServerResponse } from 'node:http';
import { rejectOtherSites } from '../../../shared/loopback-request.ts';
import { authenticated, type Authentication } from '../../client/authentication.ts';
import { allowOrigin, answerPreflight } from '../guards/cross-origin.ts';
import { rejectClearText, TrustedProxies, type Client } from '../guards/forwarded.ts';
import {
  isLoopbackName,
  mergeRepeated,
  rejectCrossOrigin,
  toOriginForm,
  type Refusal,
} from '../guards/request-guard.ts';
import { refuse } from '../respond.ts';
import { credentialsOf, refusalOf, scopeRefusal } from '../sender.ts';
import { secretsOf } from '../studio/cookie.ts';
import { metrics } from './metrics.ts';
import { metadataAddress } from './no-sign-in.ts';
import { ROUTES } from './registry.ts';
import type { Route, RouteOptions } from './route.ts';

/** A request and the response to it, as they come. */
interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

type SiteOptions = RouteOptions & { readonly hostname: string };

const NO_PROXIES = new TrustedProxies([]);
const CLOSING: Refusal = {
  status: 503,
  message: 'The server is stopping. Unfinished jobs go on with its next start.',
  headers: { 'Retry-After': '5' },
};

const TOO_MANY: Refusal = {
  status: 429,
  message: 'Too many requests of yours are open. Wait until some have ended.',
  headers: { 'Retry-After': '5' },
};

/** Answers one request: what a page may have sent first, then the address, then who sends and may ask for it. */
export async function dispatch({ request, response }: Incoming, options: SiteOptions): Promise<void> {
  mergeRepeated(request);
  toOriginForm(request);
  const { path, query } = addressOf(request);
  const found = ROUTES.find((candidate) => candidate.path.test(path));
  response.once('close', () => options.meter.requested(found?.name, response.statusCode));
  const { hostname, origin } = options;
  const isLink = found?.access === 'signed' || found?.isLinked === true;
  const refusal = rejectCrossOrigin(request, { hostname, origin, isLink, isProbe: found?.isProbe === true });
  if (refusal) return refuse(response, refusal);
  // Pages of every origin may lead to a link; those of accepted origins alone may read its answer by script.
  if (!isLink || rejectOtherSites(request, { hostname, origin }) === undefined) allowOrigin(request, response);
  if (answerPreflight(request, response)) return;
  if (found === undefined)
    return refuse(response, { status: 404, message: 'There is nothing here; the endpoint is /mcp.' });
  if (!found.methods.includes(request.method ?? '')) return refuse(response, otherMethod(found));
  // A process that ends its work still lives: it is not to be started anew.
  if (options.endpoint.isClosing && found.name !== 'healthz') return refuse(response, CLOSING);
  const client = (options.proxies ?? NO_PROXIES).clientOf(request);
  const clear = options.proxies && found.access !== 'open' ? rejectClearText(client, options.publicUrl) : undefined;
  if (clear) return refuse(response, clear);
  const parts = found.path.exec(path)?.slice(1) ?? [];
  const exchange = { request, response, parts, query, options };
  if (found.access !== 'identity') return found.answer(exchange);
  const sender = await senderOf(request, client, options);
  if (sender.kind !== 'accepted') {
    if (sender.kind === 'refused' && sender.isInvalid) {
      options.logger.warn('sign_in_refused', { client: client.address, route: found.name });
    }
    return refuse(response, refusalOf(sender, metadataAddress(options)));
  }
  const { identity } = sender;
  if (found.scope !== undefined && !identity.can.scopes.has(found.scope)) {
    return refuse(response, scopeRefusal(found.scope, metadataAddress(options), null));
  }
  if (options.isShared === true && !options.shares.enter(identity.principal, response)) {
    return refuse(response, TOO_MANY);
  }
  return found.answer(exchange, identity);
}

/** Answers `/metrics` alone, on a port of its own, without a sign-in; pages in a browser are refused. */
export async function dispatchMetrics({ request, response }: Incoming, options: SiteOptions): Promise<void> {
  toOriginForm(request);
  const { path, query } = addressOf(request);
  const { hostname } = options;
  // What scrapes from elsewhere names the server in ways that are not known here.
  const refusal = isLoopbackName(hostname)
    ? rejectOtherSites(request, { hostname })
    : request.headers.origin !== undefined && { status: 403, message: 'Pages are refused.' };
  if (refusal) return refuse(response, refusal);
  if (!metrics.path.test(path)) return refuse(response, { status: 404, message: 'Only /metrics is here.' });
  if (!metrics.methods.some((method) => method === request.method)) return refuse(response, otherMethod(metrics));
  return metrics.answer({ request, response, parts: [], query, options });
}

/** A browser that is signed in to the studio shows its cookie, every other sender a token. */
async function senderOf(request: IncomingMessage, client: Client, options: RouteOptions): Promise<Authentication> {
  const secrets = request.headers.authorization === undefined ? secretsOf(request, options.origin) : [];
  for (const secret of secrets) {
    const identity = await options.browsers.identityOf(secret);
    if (identity) return { kind: 'accepted', identity };
  }
  return authenticated(options, credentialsOf(request, client));
}

/** The path without a slash at its end, and the query. */
function addressOf({ url = '/' }: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  // A query may hold further question marks (RFC 3986, section 3.4): what comes after them is part of a value.
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  return { path: path.replace(/(?<=[^/])\/$/, ''), query: new URLSearchParams(query) };
}

function otherMethod({ methods, otherMethods }: Pick<Route, 'methods' | 'otherMethods'>): Refusal {
  const message = otherMethods ?? `Only ${methods[0]} is answered here.`;
  return { status: 405, message, headers: { Allow: methods.join(', ') } };
}
