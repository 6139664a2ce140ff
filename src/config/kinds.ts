import type { Environment } from './environment.ts';
import { isAddressRange, proxyFault, withScheme } from './proxy-address.ts';

/** Type of an option's value, with its parser. */
export interface Kind<T> {
  /** Description of valid text; ends the sentence "… must be …". */
  readonly expected: string;
  /** The value, or undefined for invalid text. Never called with empty text. */
  parse(text: string, environment: Environment): T | undefined;
  /** What is wrong with a frequent mistake, as the end of "… names"; such a text is not parsed. */
  fault?(text: string, environment: Environment): string | undefined;
  /** Whether `$X` and `%X%` may be a part of this text, such as a password, so that they must not be filled in. */
  keepsReferences?(text: string): boolean;
  /** A placeholder of an example counts as not given. */
  readonly takesPlaceholders?: boolean;
  /** Texts that say that there is none: they count as given, and the default is taken. */
  readonly none?: RegExp;
  /** For lists: separator of entries, with which a JSON list in the config file is joined. */
  readonly separator?: (environment: Environment) => string;
}

/** Any text; surrounding white space is removed. */
export const text: Kind<string> = { expected: 'text', parse: (value) => value.trim() };

/** A credential: printable ASCII without spaces, since it is sent in headers and forms. */
export const credential: Kind<string> = {
  expected: 'one word of printable ASCII without quotes',
  parse: (value) => (/^(?!["'`])[!-~]+(?<!["'`])$/.test(value.trim()) ? value.trim() : undefined),
  keepsReferences: () => true,
  takesPlaceholders: true,
};

/** A comma list of words. */
export const words: Kind<readonly string[]> = {
  expected: 'a list separated by commas',
  separator: () => ',',
  parse: (value) => entries(value, ','),
};

/** A whole number within limits, written in digits. */
export function wholeNumber(least: number, most: number): Kind<number> {
  return {
    expected: `a whole number from ${least} to ${most}`,
    parse: (value) => {
      if (!/^\d{1,9}$/.test(value.trim())) return undefined;
      const number = Number(value);
      return number >= least && number <= most ? number : undefined;
    },
  };
}

const BYTES_PER_GB = 1e9;

/** Gigabytes (10⁹ bytes), also with decimals; the value is in bytes. */
export const gigabytes: Kind<number> = {
  expected: 'a number of gigabytes above 0, such as 20 or 0.5',
  parse: (value) => {
    if (!/^\d{1,6}(\.\d{1,9})?$/.test(value.trim())) return undefined;
    const bytes = Math.round(Number(value) * BYTES_PER_GB);
    return bytes > 0 ? bytes : undefined;
  },
};

const YES = ['true', '1', 'yes', 'on'];
const NO = ['false', '0', 'no', 'off'];

/** Whether a word says yes; undefined where it says neither yes nor no. */
export function saysYes(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
}

/** Yes or no. */
export const yesOrNo: Kind<boolean> = { expected: 'true or false', parse: saysYes };

/** One of a few words. */
export function oneOf<const T extends string>(choices: readonly T[]): Kind<T> {
  return {
    expected: `one of ${choices.join(', ')}`,
    parse: (value) => choices.find((choice) => choice === value.trim().toLowerCase()),
  };
}

/** A comma list of a few words; `all` is every one of them. */
export function someOf<const T extends string>(choices: readonly T[]): Kind<readonly T[]> {
  return {
    expected: `a list of ${choices.join(', ')}, separated by commas, or all`,
    separator: () => ',',
    parse: (value) => {
      const given = entries(value.toLowerCase(), ',');
      if (given.length === 0 || given.some((word) => word !== 'all' && !choices.some((choice) => choice === word)))
        return undefined;
      return given.includes('all') ? choices : choices.filter((choice) => given.includes(choice));
    },
  };
}

/** `name=value` pairs separated by blanks, a value with blanks in double quotes; of two for one name the last one counts. */
export const pairs: Kind<Readonly<Record<string, string>>> = {
  expected: 'pairs such as model=image5 aspect_ratio=16:9',
  separator: () => ' ',
  none: /^none$/i,
  parse: (value) => {
    const PAIR = /\s*(\w{1,40})=(?:"([^"]*)"|([^\s"]+))(?:\s+|$)/y;
    const found: [string, string][] = [];
    while (PAIR.lastIndex < value.length) {
      const [, name = '', quoted, bare = ''] = PAIR.exec(value) ?? [];
      if (name === '') return undefined;
      found.push([name, quoted ?? bare.replace(/,$/, '')]);
    }
    return found.some(([, text]) => text === '') ? undefined : Object.fromEntries(found);
  },
};

/** Number of operations above which a call needs confirmation: `always` is 0, `never` is Infinity. */
export const spendingLimit: Kind<number> = {
  expected: 'never, always, or over:N with a whole number such as over:10',
  parse: (value) => {
    const word = value.trim().toLowerCase();
    if (word === 'never') return Infinity;
    if (word === 'always') return 0;
    const [, digits] = /^over:(\d{1,9})$/.exec(word) ?? [];
    return digits === undefined ? undefined : Number(digits);
  },
};

/**
 * Origin of a server that may receive a token: https, or plain http on this machine. The value has no trailing slash.
 * @param example shown where a value is refused
 */
export const origin = (example: string): Kind<string> => ({
  expected: `an https origin such as ${example} (plain http only for localhost and 127.0.0.1)`,
  parse: (value) => parseOrigin(value.trim()),
});

/** Address of an issuer of tokens, kept as it was written: tokens name it to the letter. */
export const issuer: Kind<string> = {
  expected: 'the https address of an issuer such as https://login.example.com/tenant (plain http only for localhost)',
  parse: (value) => {
    const address = value.trim();
    if (!URL.canParse(address)) return undefined;
    const { origin: server, search, hash } = new URL(address);
    return search === '' && hash === '' && parseOrigin(server) !== undefined ? address : undefined;
  },
};

/** A comma list of origins. */
export const origins: Kind<readonly string[]> = {
  expected: 'origins separated by commas, each https (plain http only for localhost and 127.0.0.1)',
  separator: () => ',',
  parse: (value) => {
    const parsed = entries(value, ',').map(parseOrigin);
    return parsed.includes(undefined) ? undefined : parsed.filter((entry) => entry !== undefined);
  },
};

/** A comma list of addresses, and of ranges such as `10.0.0.0/8`, of either family. */
export const addressRanges: Kind<readonly string[]> = {
  expected: 'addresses or ranges separated by commas, such as 127.0.0.1,10.0.0.0/8,fd00::/8',
  separator: () => ',',
  parse: (value) => {
    const ranges = entries(value, ',');
    return ranges.length > 0 && ranges.every(isAddressRange) ? ranges : undefined;
  },
};

/** Address of a proxy; may include a user name and a password. */
export const proxy: Kind<string | undefined> = {
  expected: 'the address of a proxy such as http://proxy.example:3128',
  fault: proxyFault,
  keepsReferences: () => true,
  none: /^(direct(:\/\/)?|none|off)$/i,
  parse: (value) => {
    const address = withScheme(value);
    const url = URL.canParse(address) ? new URL(address) : undefined;
    return url && /^https?:$/.test(url.protocol) && url.hostname ? address : undefined;
  },
};

/** The entries of a list, without blanks around them and without empty ones. */
export function entries(value: string, separator: string | RegExp): string[] {
  return value
    .split(separator)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Host names of a URL that always denote this machine. */
const LOOPBACK = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/;

function parseOrigin(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url?.hostname) return undefined;
  const bare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && !url.password;
  const allowed = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
  // A dot at the end of a name says nothing (RFC 1034 section 3.1), but would make another account, with its own budget.
  url.hostname = url.hostname.replace(/\.$/, '');
  return bare && allowed && !url.hostname.endsWith('.') ? url.origin : undefined;
}
