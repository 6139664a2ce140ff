import { absolutePath, pathRules, type Environment } from './environment.ts';

/** How the text of an option becomes a value. */
export interface Kind<T> {
  /** What would be right, as it ends the sentence "… must be …". */
  readonly right: string;
  /** The value, or undefined for text that is not right. Never called with empty text. */
  parse(text: string, place: Environment): T | undefined;
  /** For lists: what stands between two entries. A JSON list in the config file is joined with it. */
  readonly separator?: (place: Environment) => string;
}

/** Any text, without the white space around it. */
export const text: Kind<string> = { right: 'text', parse: (value) => value.trim() };

/** A credential: printable ASCII without spaces, since it is sent in headers and forms. */
export const credential: Kind<string> = {
  right: 'one word of printable ASCII',
  parse: (value) => (/^[!-~]+$/.test(value.trim()) ? value.trim() : undefined),
};

/** A file or folder, made absolute. */
export const path: Kind<string> = {
  right: 'a path',
  // A NUL ends the name for the operating system, and only there.
  parse: (value, place) => (value.includes('\0') ? undefined : absolutePath(value.trim(), place)),
};

/** Paths separated as in `PATH`; `none` is the empty list. */
export const paths: Kind<readonly string[]> = {
  right: 'folders separated as in PATH (":", on Windows ";"), or "none"',
  separator: (place) => pathRules(place).delimiter,
  parse: (value, place) => {
    if (value.trim() === 'none' || value.includes('\0')) return value.includes('\0') ? undefined : [];
    return entries(value, pathRules(place).delimiter).map((entry) => absolutePath(entry, place));
  },
};

/** A comma list of words. */
export const words: Kind<readonly string[]> = {
  right: 'a list separated by commas',
  separator: () => ',',
  parse: (value) => entries(value, ','),
};

/** A whole number within limits, written in digits. */
export function wholeNumber(least: number, most: number): Kind<number> {
  return {
    right: `a whole number from ${least} to ${most}`,
    parse: (value) => {
      if (!/^\d{1,9}$/.test(value.trim())) return undefined;
      const number = Number(value);
      return number >= least && number <= most ? number : undefined;
    },
  };
}

const BYTES_PER_GB = 1e9;

/** Gigabytes (10⁹ bytes), with decimals where wanted; the value is in bytes. */
export const gigabytes: Kind<number> = {
  right: 'a number of gigabytes above 0, such as 20 or 0.5',
  parse: (value) => {
    if (!/^\d{1,6}(\.\d{1,9})?$/.test(value.trim())) return undefined;
    const bytes = Math.round(Number(value) * BYTES_PER_GB);
    return bytes > 0 ? bytes : undefined;
  },
};

const YES = ['true', '1', 'yes', 'on'];
const NO = ['false', '0', 'no', 'off'];

/** Yes or no. */
export const yesOrNo: Kind<boolean> = {
  right: 'true or false',
  parse: (value) => {
    const word = value.trim().toLowerCase();
    return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
  },
};

/** One of a few words. */
export function oneOf<const T extends string>(choices: readonly T[]): Kind<T> {
  return {
    right: `one of ${choices.join(', ')}`,
    parse: (value) => choices.find((choice) => choice === value.trim().toLowerCase()),
  };
}

/** Above how many paid requests a call is asked about: `always` is 0, `never` none at all (Infinity). */
export const spendingLimit: Kind<number> = {
  right: 'never, always, or over:N with a whole number such as over:10',
  parse: (value) => {
    const word = value.trim().toLowerCase();
    if (word === 'never') return Infinity;
    if (word === 'always') return 0;
    const [, digits] = /^over:(\d{1,9})$/.exec(word) ?? [];
    return digits === undefined ? undefined : Number(digits);
  },
};

/**
 * Scheme, host and port of an address that a token may go to: https, or plain http on this machine. The value is a URL
 * origin without a slash at its end.
 */
export const origin: Kind<string> = {
  right: 'an https origin such as https://firefly-api.adobe.io (plain http only for localhost and 127.0.0.1)',
  parse: (value) => parseOrigin(value.trim()),
};

/** A comma list of origins. */
export const origins: Kind<readonly string[]> = {
  right: 'origins separated by commas, each https (plain http only for localhost and 127.0.0.1)',
  separator: () => ',',
  parse: (value) => {
    const parsed = entries(value, ',').map(parseOrigin);
    return parsed.includes(undefined) ? undefined : parsed.filter((entry) => entry !== undefined);
  },
};

/** The address of a proxy. May hold a user name and a password. */
export const proxy: Kind<string> = {
  right: 'the address of a proxy such as http://proxy.example:3128',
  parse: (value) => {
    // Shells and other programs take a bare host and port for plain http.
    const withScheme = value.includes('://') ? value.trim() : `http://${value.trim()}`;
    const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
    return url && /^https?:$/.test(url.protocol) && url.hostname ? withScheme : undefined;
  },
};

/** The address of a server or a file that holds jobs. A server's may hold a password. */
export const database: Kind<string> = {
  right: 'postgres://user:password@host:port/database, or sqlite: and a path',
  parse: (value, place) => {
    const address = value.trim();
    if (/^postgres(ql)?:\/\//i.test(address)) return URL.canParse(address) ? address : undefined;
    if (!address.startsWith('sqlite:')) return undefined;
    // sqlite:///a/path is another way to write sqlite:/a/path.
    const file = address.slice('sqlite:'.length).replace(/^\/\/\/(?=[A-Za-z]:)|^\/\/(?=\/)/, '');
    return file === '' || file.includes('\0') ? undefined : `sqlite:${absolutePath(file, place)}`;
  },
};

function entries(value: string, separator: string): string[] {
  return value
    .split(separator)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function parseOrigin(value: string): string | undefined {
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  const bare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && !url.password;
  if (!bare || !url.hostname) return undefined;
  const allowed = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return allowed ? url.origin : undefined;
}

/** Whether a URL's host name can only mean this machine. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
