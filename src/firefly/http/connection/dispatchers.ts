import type { LookupFunction } from 'node:net';
import tls from 'node:tls';
import { Agent, EnvHttpProxyAgent, Pool } from 'undici';
import type { Dispatcher, buildConnector } from 'undici';
import { errorCode } from '../../../shared/errors.ts';
import { publicOnly } from './addresses.ts';
import { pastInformational } from './informational.ts';
import { bypassesAll } from './no-proxy.ts';
import type { Timeouts } from '../timeouts.ts';

/** Proxy for https, and the hosts that are reached without it. */
export interface ProxyOptions {
  /** http or https URL; userinfo becomes `Proxy-Authorization`. */
  readonly httpsProxy?: string | undefined;
  /** Hosts and domain suffixes, separated by commas, or `*`. */
  readonly noProxy?: string | undefined;
}

/** Options of connections. */
interface ConnectionOptions {
  readonly proxy: ProxyOptions;
  /** Certificates (PEM) that are trusted in addition to the default ones. */
  readonly extraCa: string | undefined;
  readonly timeouts: Timeouts;
  /** DNS lookup; the system's by default. */
  readonly lookup: LookupFunction | undefined;
  /** Replaces real connections in tests. Stays open when the dispatchers close. */
  readonly dispatcher: Dispatcher | undefined;
}

/** The dispatchers of undici that requests use. */
export interface Dispatchers {
  /** For token, upload, status, cancel and custom models; connections are kept alive. */
  readonly api: Dispatcher;
  /** For results from origins that the operator trusts; any address is allowed. */
  readonly trusted: Dispatcher;
  /** For other results: public addresses only, checked at connect. Behind a proxy, the proxy resolves names. */
  readonly download: Dispatcher;
  /**
   * Runs `use` with a new connection, which is closed afterwards: a submit must never use a connection that the server
   * is about to close.
   */
  fresh<T>(use: (dispatcher: Dispatcher) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Creates the dispatchers. They connect with the first request only; proxy and certificates apply to all of them. */
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

/**
 * Longest head of an answer, bytes. Gateways add policies, traces and cookies of any length, and with Node's limit of
 * 16 KiB the answer to a paid request, with the only handle of its job, would be lost to them.
 */
const MOST_HEADER_BYTES = 1024 * 1024;

/** `pipelining: 0` makes undici send `Connection: close`. */
function createAgent(
  options: ConnectionOptions,
  { lookup, pipelining = 1 }: { lookup: LookupFunction | undefined; pipelining?: number },
): Agent | EnvHttpProxyAgent {
  const { timeouts, proxy } = options;
  // Said, since NODE_TLS_REJECT_UNAUTHORIZED in the environment of a host would turn the check off.
  const secure = { timeout: timeouts.connectMs, rejectUnauthorized: true, ...trust(options.extraCa) };
  const connect = pastInformational(lookup ? { ...secure, lookup } : secure);
  const shared = { pipelining, connect, maxHeaderSize: MOST_HEADER_BYTES };
  if (!proxy.httpsProxy || bypassesAll(proxy.noProxy)) return new Agent(shared);
  return new EnvHttpProxyAgent({
    ...shared,
    requestTls: secure,
    proxyTls: secure,
    // Set even if empty: undici reads missing values from the environment.
    httpProxy: '',
    httpsProxy: proxy.httpsProxy,
    noProxy: proxy.noProxy ?? '',
    // Without a limit, a proxy that never answers CONNECT would hold a request for undici's five minutes.
    factory: (origin, poolOptions) =>
      new Pool(origin, { ...withFinalErrors(poolOptions), maxHeaderSize: MOST_HEADER_BYTES }),
    clientFactory: (origin, poolOptions) => new Pool(origin, { ...poolOptions, headersTimeout: timeouts.proxyMs }),
  });
}

/**
 * undici treats the error of a proxy that closes the connection on CONNECT as a lost connection and reconnects in a
 * tight loop. An error with another code ends the request instead.
 */
function withFinalErrors(options: object): object {
  const connect: unknown = 'connect' in options ? options.connect : undefined;
  if (!isConnector(connect)) return options;
  const once: buildConnector.connector = (target, callback) =>
    connect(target, (...[error, socket]) => {
      if (error === null) return callback(null, socket);
      const code = errorCode(error);
      callback(code === 'UND_ERR_SOCKET' || code === 'UND_ERR_INFO' ? new ProxyClosedError() : error, null);
    });
  return { ...options, connect: pastInformational(once) };
}

/** The proxy closed the connection before the tunnel was established. */
class ProxyClosedError extends Error {
  override readonly name = 'ProxyClosedError';
  readonly code = 'ERR_PROXY_CLOSED';
}

function isConnector(value: unknown): value is buildConnector.connector {
  return typeof value === 'function';
}

function trust(extraCa: string | undefined): { ca?: string[] } {
  if (!extraCa) return {};
  // Missing in Node 20; where it exists, it includes the certificates that the process was started with.
  const roots = typeof tls.getCACertificates === 'function' ? tls.getCACertificates('default') : tls.rootCertificates;
  return { ca: [...roots, extraCa] };
}
