import '../no-compiled-schemas.ts';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Identity } from '../../shared/caller.ts';
import { authenticated, type Authentication } from '../client/authentication.ts';
import type { ServingOptions } from '../options.ts';
import { allowOrigin, answerPreflight } from './guards/cross-origin.ts';
import { assertLoopback, listenOn } from './listen.ts';
import { McpEndpoint } from './mcp-endpoint.ts';
import type { HttpServingOptions } from './options.ts';
import { limitConnections } from './guards/connection-limit.ts';
import { mergeRepeated, rejectCrossOrigin, type Refusal } from './guards/request-guard.ts';
import { refuse } from './respond.ts';
import { ROUTES } from './routes/registry.ts';
import type { Route, RouteOptions } from './routes/route.ts';
import { signedAddresses } from './signing/signed-addresses.ts';
import { credentialsOf, refusalOf } from './sender.ts';
import { BrowserSessions } from './studio/browser-sessions.ts';
import { secretOf } from './studio/cookie.ts';

/** A server over HTTP. */
export interface HttpServing {
  /** URL of the MCP endpoint, such as `http://127.0.0.1:8787/mcp`. */
  readonly url: string;
  readonly port: number;
  /** Address of the studio that signs one browser in as this person, once, within the time. */
  readonly studioFor: (identity: Identity, lifetimeMs: number) => string;
  /**
   * Accepts no more connections, gives open calls `graceMs` (default 4 s) to finish, has waiting ones answer with what
   * they have, then closes everything. Safe to call more than once.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

const SWEEP_INTERVAL_MS = 60_000;
const GRACE_MS = 4_000;
/**
 * Limits for the request only: a response may stream for as long as its call takes. A whole request may be an upload;
 * messages have a shorter time (`mcp-endpoint.ts`).
 */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 600_000, connectionsCheckingInterval: 5_000 };

/**
 * Serves MCP at `/mcp` in both protocol eras, and `/healthz` and `/readyz` without secrets. Host and Origin of every
 * request are checked first; pages of accepted origins, which are those of this machine, get CORS headers.
 * @throws Problem `not_loopback`, `port_in_use`, `port_refused`, `host_unknown`
 */
export async function serveOverHttp(options: HttpServingOptions): Promise<HttpServing> {
  const { host, logger } = options;
  assertLoopback(host);
  const hostname = host.includes(':') ? `[${host}]` : host;
  let origin = options.publicUrl ?? '';
  const now = () => options.clock.now();
  const browsers = new BrowserSessions(options);
  const endpoint = new McpEndpoint(options, (principal) =>
    signedAddresses(principal, { origin, signer: options.signer, now }),
  );
  const newServer = () =>
    createHttpServer(TIMEOUTS, (request, response) => {
      route({ request, response }, { ...options, hostname, endpoint, origin, browsers }).catch((error: unknown) => {
        logger.error('http_defect', { error });
        response.destroy();
      });
    });
  const { servers, port } = await listenOn(host, options.port, { newServer, logger });
  origin = options.publicUrl ?? `http://${hostname}:${port}`;
  for (const server of servers) limitConnections(server);
  const sweeping = sweepSessions(endpoint, options);

  let closing: Promise<void> | undefined;
  const close: HttpServing['close'] = ({ graceMs = GRACE_MS } = {}) => {
    sweeping.abort();
    return (closing ??= shutDown(servers, endpoint, graceMs));
  };
  const studioFor: HttpServing['studioFor'] = (identity, lifetimeMs) =>
    `${origin}/studio/open/${browsers.code(identity, lifetimeMs)}`;
  return { url: `http://${hostname}:${port}/mcp`, port, studioFor, close };
}

async function route(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  options: RouteOptions & { readonly hostname: string },
): Promise<void> {
  mergeRepeated(request);
  const { path, query } = addressOf(request);
  const found = ROUTES.find((candidate) => candidate.path.test(path));
  const foreign = rejectCrossOrigin(request, {
    hostname: options.hostname,
    origin: options.origin,
    isLink: found?.access === 'signed' || found?.isLinked === true,
  });
  if (foreign) return refuse(response, foreign);
  allowOrigin(request, response);
  if (answerPreflight(request, response)) return;
  if (found === undefined)
    return refuse(response, { status: 404, message: 'There is nothing here; the endpoint is /mcp.' });
  if (!found.methods.includes(request.method ?? '')) return refuse(response, otherMethod(found));
  const parts = found.path.exec(path)?.slice(1) ?? [];
  const exchange = { request, response, parts, query, options };
  if (found.access !== 'identity') return found.answer(exchange);
  const sender = await senderOf(request, options);
  return sender.kind === 'accepted' ? found.answer(exchange, sender.identity) : refuse(response, refusalOf(sender));
}

/** A browser that is signed in to the studio shows its cookie, every other sender a token. */
async function senderOf(request: IncomingMessage, options: RouteOptions): Promise<Authentication> {
  const secret = request.headers.authorization === undefined ? secretOf(request, options.origin) : undefined;
  const identity = secret === undefined ? undefined : options.browsers.identityOf(secret);
  return identity ? { kind: 'accepted', identity } : authenticated(options, credentialsOf(request));
}

/** The path without a slash at its end, and the query. */
function addressOf({ url = '/' }: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '/', query] = url.split('?', 2);
  return { path: path.replace(/(?<=[^/])\/$/, ''), query: new URLSearchParams(query) };
}

function otherMethod({ methods, otherMethods }: Route): Refusal {
  const message = otherMethods ?? `Only ${methods[0]} is answered here.`;
  return { status: 405, message, headers: { Allow: methods.join(', ') } };
}

/** Closes idle sessions every minute until the returned controller aborts. */
function sweepSessions(endpoint: McpEndpoint, { clock, logger }: ServingOptions): AbortController {
  const stopping = new AbortController();
  const sweep = async () => {
    for (;;) {
      await clock.sleep(SWEEP_INTERVAL_MS, stopping.signal);
      await endpoint.sweep();
    }
  };
  sweep().catch((error: unknown) => logger.debug('sweep_ended', { error }));
  return stopping;
}

async function shutDown(servers: readonly Server[], endpoint: McpEndpoint, graceMs: number): Promise<void> {
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
  await endpoint.drain(graceMs);
  for (const server of servers) server.closeAllConnections();
  await Promise.all(closed);
}
