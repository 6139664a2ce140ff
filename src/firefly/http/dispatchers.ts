import type { LookupFunction } from 'node:net';
import tls from 'node:tls';
import { Agent, EnvHttpProxyAgent, Pool } from 'undici';
import type { Dispatcher, buildConnector } from 'undici';
import { publicOnly } from './addresses.ts';
import type { Timeouts } from './timeouts.ts';

/** The proxy to use for https, and the hosts that are reached without it. */
export interface ProxyOptions {
  /** http or https URL; userinfo becomes `Proxy-Authorization`. */
  readonly httpsProxy?: string | undefined;
  /** Comma list of hosts and domain suffixes, or `*`. */
  readonly noProxy?: string | undefined;
}

/** How connections are made. */
export interface ConnectionOptions {
  readonly proxy: ProxyOptions;
  /** Certificates (PEM) that are trusted besides the default ones. */
  readonly extraCa: string | undefined;
  readonly timeouts: Timeouts;
  /** Name look-up; the system's by default. */
  readonly lookup: LookupFunction | undefined;
  /** In place of real connections (tests). It stays open when the dispatchers close. */
  readonly dispatcher: Dispatcher | undefined;
}

/** What requests go through. */
export interface Dispatchers {
  /** Token, status, cancel, custom models: connections are kept. */
  readonly api: Dispatcher;
  /** Results from origins that the operator trusts; any address. */
  readonly trusted: Dispatcher;
  /** Results from elsewhere: public addresses only, checked at connect. Behind a proxy, the proxy resolves names. */
  readonly download: Dispatcher;
  /**
   * Runs `use` with connections of its own, which are gone afterwards: a submit must never meet a connection that the
   * other side is just closing.
   */
  fresh<T>(use: (dispatcher: Dispatcher) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Dispatchers for Adobe. Nothing connects before the first request. Proxy and certificates apply to all of them. */
export function createDispatchers(options: ConnectionOptions): Dispatchers {
  const fixed = options.dispatcher;
  if (fixed) {
    return { api: fixed, trusted: fixed, download: fixed, fresh: (use) => use(fixed), close: async () => undefined };
  }
  const api = createAgent(options, { lookup: options.lookup });
  const trusted = createAgent(options, { lookup: options.lookup });
  const download = createAgent(options, { lookup: publicOnly(options.lookup) });
  return {
    api,
    trusted,
    download,
    fresh: async (use) => {
      const agent = createAgent(options, { lookup: options.lookup, pipelining: 0 });
      try {
        return await use(agent);
      } finally {
        await agent.destroy();
      }
    },
    close: async () => {
      await Promise.all([api.destroy(), trusted.destroy(), download.destroy()]);
    },
  };
}

/** `pipelining: 0` makes undici send `Connection: close`. */
function createAgent(
  options: ConnectionOptions,
  { lookup, pipelining = 1 }: { lookup: LookupFunction | undefined; pipelining?: number },
): Agent | EnvHttpProxyAgent {
  const { timeouts, proxy } = options;
  const secure = { timeout: timeouts.connectMs, ...trust(options.extraCa) };
  const connect = lookup ? { ...secure, lookup } : secure;
  if (!proxy.httpsProxy) return new Agent({ pipelining, connect });
  return new EnvHttpProxyAgent({
    pipelining,
    connect,
    requestTls: secure,
    proxyTls: secure,
    // Given even where empty: what is left out, undici would read from the environment.
    httpProxy: '',
    httpsProxy: proxy.httpsProxy,
    noProxy: proxy.noProxy ?? '',
    // A proxy that takes CONNECT and never answers it must not hold a request for undici's five minutes.
    factory: (origin, poolOptions) => new Pool(origin, withFinalErrors(poolOptions)),
    clientFactory: (origin, poolOptions) => new Pool(origin, { ...poolOptions, headersTimeout: timeouts.proxyMs }),
  });
}

/**
 * A proxy that hangs up on CONNECT gives an error which undici takes for a lost connection, and so it would connect
 * again and again without a pause. With a code of its own the error ends the request.
 */
function withFinalErrors(options: object): object {
  const connect: unknown = 'connect' in options ? options.connect : undefined;
  if (!isConnector(connect)) return options;
  const once: buildConnector.connector = (target, callback) =>
    connect(target, (...[error, socket]) => {
      if (error === null) return callback(null, socket);
      const code = 'code' in error ? error.code : undefined;
      callback(code === 'UND_ERR_SOCKET' || code === 'UND_ERR_INFO' ? new ProxyClosedError() : error, null);
    });
  return { ...options, connect: once };
}

/** The proxy hung up before there was a tunnel. */
class ProxyClosedError extends Error {
  override readonly name = 'ProxyClosedError';
  readonly code = 'ERR_PROXY_CLOSED';
}

function isConnector(value: unknown): value is buildConnector.connector {
  return typeof value === 'function';
}

function trust(extraCa: string | undefined): { ca?: string[] } {
  if (!extraCa) return {};
  // Node 20 has no getCACertificates; where it exists, it also knows what the process was started with.
  const roots = typeof tls.getCACertificates === 'function' ? tls.getCACertificates('default') : tls.rootCertificates;
  return { ca: [...roots, extraCa] };
}
