import { createHash } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Clock } from '../shared/time/clock.ts';
import { Problem } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Random } from '../shared/random.ts';
import type { Credentials } from './auth/credentials.ts';
import type { Registry } from './endpoints/registry.ts';
import { isLoopback } from './http/connection/addresses.ts';
import type { ProxyOptions } from './http/connection/dispatchers.ts';
import type { Timeouts } from './http/timeouts.ts';
import type { Trial } from './trial.ts';

/** Options of the Firefly client. */
export interface FireflyOptions {
  /** Origin of the API. */
  readonly apiUrl: string;
  /** Origin of IMS, or a complete token URL (a path that ends in `/token/v` and a digit). */
  readonly imsUrl: string;
  /** Further origins that status, cancel and result links may use. */
  readonly trustedOrigins: readonly string[];
  readonly credentials: Credentials | undefined;
  /** Name of the account in place of API origin and client id, for an emulator that has other ports at each start. */
  readonly accountName?: string | undefined;
  /** Scopes, separated by commas. */
  readonly scopes: string;
  readonly proxy: ProxyOptions;
  /** Certificates (PEM) that are trusted in addition to the default ones. */
  readonly extraCa?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Paid operations; the real ones by default. */
  readonly operations?: Registry | undefined;
  /** Adds headers and sees answers, for `verify` alone. */
  readonly trial?: Trial | undefined;
  /** Replacements for the network, in tests. */
  readonly connect?: ConnectHooks | undefined;
}

/** Replacements of the network in tests. */
export interface ConnectHooks {
  /** Receives every request, such as undici's `MockAgent`. The client does not close it. */
  readonly dispatcher?: Dispatcher | undefined;
  /** DNS lookup. */
  readonly lookup?: LookupFunction | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

/** The validated addresses of an installation. */
export interface Addresses {
  readonly apiOrigin: string;
  readonly tokenUrl: URL;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly httpsProxy: string | undefined;
}

/**
 * Validates the addresses. Plain http is accepted for loopback only, since it would expose tokens and secrets.
 * @throws Problem `invalid_address` naming the option
 */
export function checkAddresses(options: FireflyOptions): Addresses {
  const ims = checkUrl(options.imsUrl, 'FIREFLY_IMS_URL');
  return {
    apiOrigin: checkUrl(options.apiUrl, 'FIREFLY_API_URL').origin,
    tokenUrl: /\/token\/v\d$/.test(ims.pathname) ? ims : new URL('/ims/token/v3', ims),
    trustedOrigins: new Set(options.trustedOrigins.map((origin) => checkUrl(origin, 'FIREFLY_TRUSTED_ORIGINS').origin)),
    httpsProxy: options.proxy.httpsProxy ? checkProxy(options.proxy.httpsProxy) : undefined,
  };
}

/** The account that owns jobs, quota, uploads and caches: a hash of API origin and client id, 32 hex digits. */
export function accountOf(apiOrigin: string, clientId: string): string {
  return namedAccount(`${apiOrigin}\n${clientId}`);
}

/** The account of this name: its hash, 32 hex digits. */
export function namedAccount(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

function checkUrl(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (!url || !allowed || url.username !== '' || url.password !== '') {
    throw invalid(option, 'an https address without a user name (plain http is accepted for loopback only)');
  }
  return url;
}

/** Accepts an address without a scheme too, such as `proxy.example:8080`. */
function checkProxy(text: string): string {
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw invalid('HTTPS_PROXY', 'an http or https address');
  return url.href;
}

/** The value is not quoted, since it may hold a password. */
function invalid(option: string, what: string): Problem {
  return new Problem('invalid_address', `${option} is not ${what}.`, { next: `Correct ${option}.` });
}
