import { connect } from 'node:net';
import { errorCode } from '../shared/errors.ts';
import { createDispatchers } from './http/connection/dispatchers.ts';
import { exchange } from './http/exchange.ts';
import { DEFAULT_TIMEOUTS } from './http/timeouts.ts';
import { checkAddresses, type FireflyOptions } from './options.ts';

/** Outcome of a request without credentials to one of Adobe's origins. */
export type ProbeOutcome =
  | {
      readonly kind: 'reached';
      readonly status: number;
      /** The server's clock, epoch milliseconds, by its `Date` header (RFC 9110 section 6.6.1). */
      readonly serverTime: number | undefined;
    }
  /** `code` is an error code of Node or undici, such as ECONNREFUSED. */
  | { readonly kind: 'unreachable'; readonly code: string };

/** The API or the identity service. */
export type ProbeTarget = 'api' | 'ims';

/** Limit of a probe, milliseconds; short, since it is interactive. */
const ANSWER_MS = 10_000;

/**
 * Sends one GET without credentials, with the proxy and the certificates of every other request. Any status counts as
 * reached.
 * @throws Problem `invalid_address`
 */
export async function probe(target: ProbeTarget, options: FireflyOptions, signal?: AbortSignal): Promise<ProbeOutcome> {
  const { apiOrigin, tokenUrl, httpsProxy } = checkAddresses(options);
  const dispatchers = createDispatchers({
    proxy: { httpsProxy, noProxy: options.proxy.noProxy },
    extraCa: options.extraCa,
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.connect?.timeouts },
    lookup: options.connect?.lookup,
    dispatcher: options.connect?.dispatcher,
  });
  const request = {
    method: 'GET',
    url: new URL('/', target === 'api' ? apiOrigin : tokenUrl),
    requestId: options.random.uuid(),
    headers: {},
    answerMs: ANSWER_MS,
    idleMs: ANSWER_MS,
    totalMs: ANSWER_MS,
    maxBytes: 1024,
  } as const;
  try {
    const answer = await exchange(request, { dispatcher: dispatchers.api, clock: options.clock, signal });
    if (answer.kind === 'failure') return { kind: 'unreachable', code: answer.code };
    return { kind: 'reached', status: answer.status, serverTime: parseDate(answer.headers['date']) };
  } finally {
    await dispatchers.close();
  }
}

/** Outcome of a connection to a proxy; `code` is an error code of Node. */
export type ProxyOutcome = { readonly kind: 'reached' } | { readonly kind: 'unreachable'; readonly code: string };

/** Opens and closes a connection to a proxy. Whether the proxy forwards requests is the result of `probe`. */
export function probeProxy(address: string): Promise<ProxyOutcome> {
  const { hostname, port, protocol } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)), timeout: ANSWER_MS });
  return new Promise((resolve) => {
    const end = (outcome: ProxyOutcome) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => end({ kind: 'reached' }));
    socket.once('timeout', () => end({ kind: 'unreachable', code: 'ETIMEDOUT' }));
    socket.once('error', (error) => end({ kind: 'unreachable', code: errorCode(error) ?? 'error' }));
  });
}

function parseDate(header: string | string[] | undefined): number | undefined {
  const time = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
