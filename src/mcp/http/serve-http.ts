import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { toNodeHandler, type NodeIncomingMessageLike } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type AuthInfo } from '@modelcontextprotocol/server';
import { Problem } from '../../shared/errors.ts';
import type { ServingOptions } from '../options.ts';
import { createServerFactory } from '../server.ts';
import { InFlight } from './in-flight.ts';
import { rejectCrossOrigin, requireJson, requireBearer, type Refusal } from './request-guard.ts';
import { assertLoopback, listen } from './listen.ts';
import { Sessions } from './sessions.ts';
import { atMost } from '../../shared/deadline.ts';

/** What serving over HTTP needs besides the rest. */
export interface HttpServingOptions extends ServingOptions {
  /** Loopback only. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Bearer token that every request to `/mcp` must carry. */
  readonly token: string;
  /** For tests: milliseconds after which an unused 2025-era session is forgotten (30 min), and how many there may be. */
  readonly sessionIdleMs?: number;
  readonly maxSessions?: number;
}

/** A server over HTTP. */
export interface HttpServing {
  /** Address of the MCP endpoint, such as `http://127.0.0.1:8787/mcp`. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no more connections, gives calls in flight `graceMs` (default 4 s), asks those that still wait to answer with
   * what they have, then ends everything. Safe to call more than once.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Comment frames on every open stream, so that no proxy takes it for dead. */
const KEEP_ALIVE_MS = 5_000;
const SESSION_IDLE_MS = 30 * 60_000;
const MAX_SESSIONS = 256;
const SWEEP_MS = 60_000;
/** Longest wait for the store, for whoever asks whether this server is ready. */
const READY_MS = 2_000;
const GRACE_MS = 4_000;
const LAST_WORD_MS = 1_000;
/** Limits for the request only; an answer may stream for as long as it likes. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 };

/**
 * Serves MCP at `/mcp` in both protocol eras, and `/healthz` and `/readyz` without secrets. Every request is checked
 * for its Host and Origin first, and no CORS header is ever sent.
 * @throws Problem `not_loopback`, `port_in_use`, `port_refused`, `host_unknown`
 */
export async function serveOverHttp(options: HttpServingOptions): Promise<HttpServing> {
  const { host, logger, clock } = options;
  assertLoopback(host);
  const hostname = host.includes(':') ? `[${host}]` : host;
  const draining = new AbortController();
  const onerror = (error: Error) => logger.debug('http_error', { error });
  const inFlight = new InFlight(logger);
  const modern = createMcpHandler(
    createServerFactory(options, ({ authInfo }) => ({
      principal: options.principal(authInfo),
      conversation: undefined,
      draining: draining.signal,
      responseTo: inFlight.responseTo,
    })),
    { legacy: 'reject', responseMode: 'sse', keepAliveMs: KEEP_ALIVE_MS, maxRequestBodySize: MAX_BODY_BYTES, onerror },
  );
  const sessions = new Sessions(options, {
    idleMs: options.sessionIdleMs ?? SESSION_IDLE_MS,
    maxSessions: options.maxSessions ?? MAX_SESSIONS,
    keepAliveMs: KEEP_ALIVE_MS,
    maxBodyBytes: MAX_BODY_BYTES,
    draining: draining.signal,
    responseTo: inFlight.responseTo,
  });

  const mcp = (request: IncomingMessage, response: ServerResponse) => {
    const refused = requireBearer(request, options.token) ?? requireJson(request);
    if (refused) return refuse(response, refused);
    const auth: AuthInfo = { token: 'not passed on', clientId: 'local', scopes: [] };
    const fetch = async (web: Request) => {
      const legacy = await isLegacyRequest(web, undefined, { maxRequestBodySize: MAX_BODY_BYTES });
      if (!legacy) return modern.fetch(web, { authInfo: auth });
      return sessions.fetch({
        request: web,
        auth,
        principal: options.principal(auth),
        onDone: (callback) => void response.once('close', callback),
      });
    };
    // The adapter's type leaves out that Node spells absent fields as undefined.
    const incoming = request as NodeIncomingMessageLike;
    const handle = toNodeHandler({ fetch }, { onerror, maxRequestBodySize: MAX_BODY_BYTES });
    return inFlight.track(request, response, () => handle(incoming, response));
  };
  const ready = async (response: ServerResponse) => {
    try {
      const probing = options.services().then(async ({ jobs }) => {
        await jobs.probe();
        return 'answered';
      });
      if ((await atMost(READY_MS, probing, clock)) === undefined) throw storeSilent();
      answer(response, 200, { status: 'ready' });
    } catch (error) {
      logger.warn('not_ready', { error });
      answer(response, 503, { status: 'not_ready', code: error instanceof Problem ? error.code : 'internal_error' });
    }
  };
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const foreign = rejectCrossOrigin(request, hostname);
    if (foreign) return refuse(response, foreign);
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/mcp') return mcp(request, response);
    const probe = path === '/healthz' || path === '/readyz';
    if (!probe) return refuse(response, { status: 404, message: 'There is nothing here; the endpoint is /mcp.' });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(response, { status: 405, message: 'Only GET is answered here.', headers: { Allow: 'GET, HEAD' } });
    }
    return path === '/readyz' ? ready(response) : answer(response, 200, { status: 'ok' });
  };

  const server = createHttpServer(TIMEOUTS, (request, response) => {
    route(request, response).catch((error: unknown) => {
      logger.error('http_defect', { error });
      response.destroy();
    });
  });
  const port = await listen(server, host, options.port);
  const sweeping = new AbortController();
  const sweep = async () => {
    for (;;) {
      await clock.sleep(SWEEP_MS, sweeping.signal);
      await sessions.sweep();
    }
  };
  sweep().catch((error: unknown) => logger.debug('sweep_ended', { error }));

  const shut = async (graceMs: number) => {
    sweeping.abort();
    const stopped = new Promise((resolve) => server.close(resolve));
    await inFlight.settle(graceMs, clock);
    draining.abort(new Problem('server_closing', 'The server is stopping before the call had a result.', CLOSING));
    await inFlight.settle(LAST_WORD_MS, clock);
    await Promise.all([modern.close(), sessions.close()]);
    server.closeAllConnections();
    await stopped;
  };
  let closing: Promise<void> | undefined;
  return {
    url: `http://${hostname}:${port}/mcp`,
    port,
    close: ({ graceMs = GRACE_MS } = {}) => (closing ??= shut(graceMs)),
  };
}

/** To whoever asks for readiness: what waits longer for the store would answer too late. */
function storeSilent(): Problem {
  return new Problem('store_silent', 'The job store did not answer in time.', { actor: 'wait', next: 'Ask again.' });
}

const CLOSING = {
  actor: 'wait',
  next: 'Connect again and ask job_status; work that was started goes on and nothing that was paid for is lost.',
} as const;

function refuse(response: ServerResponse, { status, message, headers }: Refusal): void {
  answer(response, status, { jsonrpc: '2.0', error: { code: -32000, message }, id: null }, headers);
}

function answer(response: ServerResponse, status: number, body: object, headers: Refusal['headers'] = {}): void {
  const closes = status >= 400 ? { Connection: 'close' } : {};
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    ...closes,
    ...headers,
  });
  response.end(JSON.stringify(body));
}
