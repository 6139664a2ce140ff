import type { IncomingMessage } from 'node:http';
import type { BrowserSession } from './browser-sessions.ts';

/**
 * Name of the cookie. Browsers send cookies to every port of a host, so that the name tells servers on one machine apart;
 * over https the prefix `__Host-` keeps other hosts of the domain from setting it (RFC 6265bis, section 4.1.3).
 */
function nameFor(origin: string): string {
  const { protocol, port } = new URL(origin);
  return protocol === 'https:' ? '__Host-firefly-studio' : `firefly-studio-${port || '80'}`;
}

/** Checking a signature costs little, but not nothing. */
const MOST_TRIED = 8;

/** Value of `Set-Cookie` for a session: no script reads it, and no other site has it sent along. */
export function sessionCookie(origin: string, { secret, seconds }: BrowserSession): string {
  return cookie(origin, secret, seconds);
}

/** Value of `Set-Cookie` that takes the cookie away. */
export function endedCookie(origin: string): string {
  return cookie(origin, '', 0);
}

/** Browsers take a name with `__Host-`, and take it away, with all of these attributes only. */
function cookie(origin: string, value: string, seconds: number): string {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  return `${nameFor(origin)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
}

/**
 * The session's secrets, where the request comes from the studio's own page. Pages on other ports of this machine are of one
 * site with it, so that their requests carry the cookie too: the origin decides. Browsers leave Origin out of some requests,
 * and say `same-origin` in another header then, which no page can set. There are several where another server on this
 * machine has set a cookie of the same name for a longer path, which comes first: it must not put the real one aside.
 */
export function secretsOf({ headers }: IncomingMessage, origin: string): readonly string[] {
  const own = [origin, `http://${headers.host ?? ''}`];
  const isOwn = headers.origin ? own.includes(headers.origin) : headers['sec-fetch-site'] === 'same-origin';
  if (!isOwn) return [];
  const name = nameFor(origin);
  const pairs = (headers.cookie ?? '').split(/; */).map((pair) => pair.split('=', 2));
  return pairs.flatMap(([key, value = '']) => (key === name ? [value] : [])).slice(0, MOST_TRIED);
}
