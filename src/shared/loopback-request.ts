/** The part of a request's head that tells who caused the request. */
export interface RequestHead {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Names and values in turns, as they came, doubled ones included. */
  readonly rawHeaders: readonly string[];
}

/** The response to a request that is refused. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Body in place of an error with the message. */
  readonly body?: object;
}

/** What a server is called besides the names of this machine, and what else it accepts. */
export interface Site {
  /** Host name that it is bound to, such as `127.0.0.2`. */
  readonly hostname?: string | undefined;
  /** Origin as people see it, such as `https://firefly.example`. */
  readonly origin?: string | undefined;
  /** The request opens a link that is a secret in itself: any page may lead to it. */
  readonly isLinkOpened?: boolean | undefined;
  /** The Host header need not name the server. */
  readonly isHostFree?: boolean | undefined;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Refuses what a page in the user's browser could send to a server on loopback. Such a page reaches loopback, also under
 * a foreign host name (DNS rebinding), so Host and Origin are checked before the path or a token (MCP specification,
 * "Streamable HTTP: Security Warning").
 */
export function rejectOtherSites(
  head: RequestHead,
  { hostname, origin, isLinkOpened, isHostFree }: Site = {},
): Refusal | undefined {
  const { headers } = head;
  const names = hostname === undefined ? LOOPBACK_NAMES : [...LOOPBACK_NAMES, hostname.toLowerCase()];
  const publicName = origin === undefined ? [] : [new URL(origin).hostname];
  // RFC 9112 section 3.2: a server answers 400 to more than one Host.
  if (times(head, 'host') > 1) return { status: 400, message: 'More than one Host header.' };
  if (!isHostFree && !isHost(headers['host'], [...names, ...publicName]))
    return { status: 403, message: 'This server does not answer to that Host.' };
  if (isLinkOpened) return undefined;
  // Of several Origin headers Node makes one text with a comma, which no origin has.
  if (headers['origin'] !== origin && !isOrigin(headers['origin'], names)) {
    return { status: 403, message: 'Requests from this Origin are refused.' };
  }
  // Pages on another port or name of this machine are other sites as well; those have sent an Origin, which counts.
  if (!headers['origin'] && headers['sec-fetch-site'] === 'cross-site') {
    return { status: 403, message: 'Requests from other sites are refused.' };
  }
  return undefined;
}

/** Refuses bodies that are not JSON: a page can post forms and plain text without a CORS preflight. */
export function requireJson({ method, headers }: RequestHead): Refusal | undefined {
  const type = headers['content-type'];
  const isJson = typeof type === 'string' && /^application\/json\s*(?:;|$)/i.test(type.trim());
  if (method !== 'POST' || isJson) return undefined;
  return { status: 415, message: 'Content-Type must be application/json.' };
}

/** Name and port, and nothing that a URL could hold besides them. */
function isHost(host: unknown, names: readonly string[]): boolean {
  const name = typeof host === 'string' ? /^([\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.exec(host)?.[1] : undefined;
  return name !== undefined && names.includes(name.toLowerCase());
}

/** No Origin comes from programs; an empty one counts as none. */
function isOrigin(origin: unknown, names: readonly string[]): boolean {
  if (origin === undefined || origin === '') return true;
  const host = typeof origin === 'string' ? /^https?:\/\/(.*)$/i.exec(origin)?.[1] : undefined;
  return isHost(host, names);
}

function times({ rawHeaders }: RequestHead, wanted: string): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === wanted) count++;
  return count;
}
