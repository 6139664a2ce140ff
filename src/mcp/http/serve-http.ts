import '../no-compiled-schemas.ts';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { authenticated } from '../client/authentication.ts';
import type { ServingOptions } from '../options.ts';
import { allowOrigin, answerPreflight } from './guards/cross-origin.ts';
import { assertLoopback, listenOn } from './listen.ts';
import { McpEndpoint, type SessionLimits } from './mcp-endpoint.ts';
import { respondReadiness } from './readiness.ts';
import { limitConnections } from './guards/connection-limit.ts';
import { answerSignIn } from './guards/no-sign-in.ts';
import { mergeRepeated, rejectCrossOrigin, requireJson } from './guards/request-guard.ts';
import { refuse, respond } from './respond.ts';
import { credentialsOf, refusalOf } from './sender.ts';

/** What serving over HTTP needs besides the options of every transport. */
export interface HttpServingOptions extends ServingOptions, SessionLimits {
  /** Loopback only. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A server over HTTP. */
export interface HttpServing {
  /** URL of the MCP endpoint, such as `http://127.0.0.1:8787/mcp`. */
  readonly url: string;
  readonly port: number;
  /**
   * Accepts no more connections, gives open calls `graceMs` (default 4 s) to finish, has waiting ones answer with what
   * they have, then closes everything. Safe to call more than once.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

const METHODS = ['POST', 'GET', 'DELETE'];
const SWEEP_INTERVAL_MS = 60_000;
const GRACE_MS = 4_000;
/** Limits for the request only: a response may stream for as long as its call takes. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 };

/**
 * Serves MCP at `/mcp` in both protocol eras, and `/healthz` and `/readyz` without secrets. Host and Origin of every
 * request are checked first; pages of accepted origins, which are those of this machine, get CORS headers.
 * @throws Problem `not_loopback`, `port_in_use`, `port_refused`, `host_unknown`
 */
export async function serveOverHttp(options: HttpServingOptions): Promise<HttpServing> {
  const { host, logger } = options;
  assertLoopback(host);
  const hostname = host.includes(':') ? `[${host}]` : host;
  const endpoint = new McpEndpoint(options);
  const routeOptions = { ...options, hostname, endpoint };
  const newServer = () =>
    createHttpServer(TIMEOUTS, (request, response) => {
      route({ request, response }, routeOptions).catch((error: unknown) => {
        logger.error('http_defect', { error });
        response.destroy();
      });
    });
  const { servers, port } = await listenOn(host, options.port, { newServer, logger });
  for (const server of servers) limitConnections(server);
  const sweeping = sweepSessions(endpoint, options);

  let closing: Promise<void> | undefined;
  const close: HttpServing['close'] = ({ graceMs = GRACE_MS } = {}) => {
    sweeping.abort();
    return (closing ??= shutDown(servers, endpoint, graceMs));
  };
  return { url: `http://${hostname}:${port}/mcp`, port, close };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface RouteOptions extends HttpServingOptions {
  readonly hostname: string;
  readonly endpoint: McpEndpoint;
}

async function route({ request, response }: Exchange, options: RouteOptions): Promise<void> {
  mergeRepeated(request);
  const foreign = rejectCrossOrigin(request, options.hostname);
  if (foreign) return refuse(response, foreign);
  allowOrigin(request, response);
  if (answerPreflight(request, response)) return;
  const path = (request.url ?? '/').split('?')[0]?.replace(/(?<=[^/])\/$/, '');
  if (path === '/mcp') {
    if (!METHODS.includes(request.method ?? '')) {
      const message = 'MCP is spoken by POST here, besides GET for notifications and DELETE for the end of a session.';
      return refuse(response, { status: 405, message, headers: { Allow: METHODS.join(', ') } });
    }
    const sender = await authenticated(options, credentialsOf(request));
    if (sender.kind !== 'accepted') return refuse(response, refusalOf(sender));
    const refused = requireJson(request);
    return refused ? refuse(response, refused) : options.endpoint.handle(request, response, sender.identity);
  }
  if (answerSignIn(path ?? '', response)) return;
  if (path !== '/healthz' && path !== '/readyz') {
    return refuse(response, { status: 404, message: 'There is nothing here; the endpoint is /mcp.' });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, { status: 405, message: 'Only GET is answered here.', headers: { Allow: 'GET, HEAD' } });
  }
  return path === '/readyz' ? respondReadiness(response, options) : respond(response, 200, { status: 'ok' });
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
