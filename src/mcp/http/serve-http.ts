import '../no-compiled-schemas.ts';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { Identity } from '../../shared/caller.ts';
import type { ServingOptions } from '../options.ts';
import { assertGuarded, listenOn } from './listen.ts';
import { McpEndpoint } from './mcp-endpoint.ts';
import type { HttpServingOptions, Timeouts } from './options.ts';
import { limitConnections } from './guards/connection-limit.ts';
import { Shares } from './guards/shares.ts';
import { endUnread } from './guards/unread-answers.ts';
import { Meter } from './metrics/meter.ts';
import { refuse } from './respond.ts';
import { dispatch, dispatchMetrics } from './routes/dispatch.ts';
import { metadataAddress } from './routes/no-sign-in.ts';
import { signedAddresses } from './signing/signed-addresses.ts';
import { BrowserSessions } from './studio/browser-sessions.ts';

/** A server over HTTP. */
export interface HttpServing {
  /** URL of the MCP endpoint, such as `http://127.0.0.1:8787/mcp`. */
  readonly url: string;
  readonly port: number;
  /** Port of `/metrics` alone, where there is one. */
  readonly metricsPort: number | undefined;
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
/** Open requests of one person, of the connections that all people share (`connection-limit.ts`). */
const MOST_OPEN_EACH = 200;
/**
 * Limits for the request only: a response may stream for as long as its call takes. A whole request may be an upload;
 * messages have a shorter time (`mcp-endpoint.ts`).
 */
const REQUEST_MS = 600_000;
/**
 * Time for which an unused connection is kept: longer than proxies keep theirs (nginx and most load balancers 60 s, Go's 90 s,
 * Caddy 120 s), so that it is the proxy that ends it. One that is ended here, while a request of the proxy is on its way, makes a 502.
 */
const KEPT_MS = 125_000;
/** Where nothing else is said. */
const TIMEOUTS: Timeouts = { head: 10_000, body: 30_000, reading: 60_000 };
/** The response to CONNECT. */
const NO_PROXY =
  'HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, POST, DELETE\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
/** How often connections are looked at. */
const CHECK_MS = 5_000;

/**
 * Serves MCP at `/mcp` in both protocol eras, and `/healthz` and `/readyz` without secrets. Host and Origin of every
 * request are checked first; pages of accepted origins, which are those of this machine, get CORS headers.
 * @throws Problem `not_loopback`, `port_in_use`, `port_refused`, `host_unknown`
 */
export async function serveOverHttp(options: HttpServingOptions): Promise<HttpServing> {
  const { host, logger } = options;
  assertGuarded(host, options);
  const hostname = host.includes(':') ? `[${host}]` : host;
  let origin = options.publicUrl ?? '';
  const now = () => options.clock.now();
  const browsers = new BrowserSessions(options);
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const meter = new Meter();
  const stateKey = options.signer.derivedKey('request state');
  const serving = { ...options, stateKey, onCalled: meter.called };
  const endpoint = new McpEndpoint(serving, {
    addressesFor: (principal) => signedAddresses(principal, { origin, signer: options.signer, now }),
    metadata: () => metadataAddress({ issuer: options.issuer, origin }),
    bodyMs: timeouts.body,
  });
  const shares = new Shares(options.mostOpenEach ?? MOST_OPEN_EACH);
  const newSite = () => ({ ...serving, hostname, endpoint, meter, origin, browsers, shares });
  let site = newSite();
  const limits = {
    headersTimeout: timeouts.head,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: Math.min(CHECK_MS, timeouts.head / 2),
    keepAliveTimeout: KEPT_MS,
  };
  const newServer = (answer: typeof dispatch) => () =>
    createHttpServer(limits, (request, response) => {
      answer({ request, response }, site).catch((error: unknown) => {
        logger.error('http_defect', { error });
        // What has begun cannot be taken back: the client is to see that it broke off.
        if (response.headersSent) response.destroy();
        else refuse(response, { status: 500, message: 'The server cannot answer at the moment.' });
      });
    });
  const { servers, port } = await listenOn(host, options.port, { newServer: newServer(dispatch), logger });
  origin = options.publicUrl ?? `http://${hostname}:${port}`;
  site = newSite();
  const measured =
    options.metricsPort === undefined
      ? undefined
      : await listenOn(host, options.metricsPort, { newServer: newServer(dispatchMetrics), logger });
  const all = [...servers, ...(measured?.servers ?? [])];
  for (const server of all) {
    // Without a listener Node closes the connection without a word.
    server.on('connect', (_request, socket) => void socket.end(NO_PROXY));
    limitConnections(server);
    endUnread(server, timeouts.reading, options);
  }
  const sweeping = sweepSessions(endpoint, options);

  let closing: Promise<void> | undefined;
  const close: HttpServing['close'] = ({ graceMs = GRACE_MS } = {}) => {
    sweeping.abort();
    return (closing ??= shutDown(all, endpoint, graceMs));
  };
  const studioFor: HttpServing['studioFor'] = (identity, lifetimeMs) =>
    `${origin}/studio/open/${browsers.code(identity, lifetimeMs)}`;
  return { url: `http://${hostname}:${port}/mcp`, port, metricsPort: measured?.port, studioFor, close };
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
