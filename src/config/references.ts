import { fileUrlPath, pathRules, type Environment } from './environment.ts';

/** Text in which nothing is left to fill in, or the first reference without a value. */
export type Filled = { readonly text: string } | { readonly unfilled: string };

/**
 * References to other settings, as hosts, shells and env files write them: `${X}`, `${X:-default}`, `${env:X}`, `{env:X}`,
 * `$X`, `$env:X`, `%X%`.
 */
const REFERENCE = /\$\{([^{}]*)\}|\{((?:env|file):[^{}]*)\}|\$(?:env:)?([A-Za-z_]\w*)|%([A-Za-z_][\w()]*)%/gi;

/** Placeholders of examples, references to a store of secrets, and commands: they have no value here. */
const UNFILLABLE =
  /\{\{[^{}]*\}\}|<[^<>]*>|\$\([^)]{0,200}\)|\$\{[^{}]*|^(?:op|vault|bws|doppler|secret|keychain|keyring|ref\+\w+):\/\/\S*/i;

/** Names that programs write for the user's home folder. */
const HOME_NAMES = ['HOME', 'USERPROFILE', 'userHome'];

/**
 * Replaces references by variables of the environment and by the home folder. What has no value is returned as the
 * reference, and never stays in the text, where it would become a part of a name.
 * @param hidden names of variables that hold secrets, which must not get into a value that is shown
 */
export function fillReferences(text: string, environment: Environment, hidden: readonly string[]): Filled {
  let unfilled: string | undefined;
  const filled = text.replace(REFERENCE, (whole, braced?: string, curly?: string, plain?: string, percent?: string) => {
    const value = valueOf(braced ?? curly ?? plain ?? percent ?? '', environment, hidden);
    if (value === undefined) unfilled ??= whole;
    return value ?? '';
  });
  unfilled ??= UNFILLABLE.exec(filled)?.[0];
  return unfilled === undefined ? { text: filled } : { unfilled };
}

/** A reference that is a whole part of an address: a secret may hold its characters among others. */
const UNFILLABLE_PART = new RegExp(`(?<![^:/@,=&])(?:${UNFILLABLE.source})(?![^:/@,?&])`, 'i');

/** The first reference of a value that must stay as written: a secret, or an address with a password. */
export function soleReference(text: string): string | undefined {
  const bare = text.trim();
  const whole = new RegExp(`^(?:${REFERENCE.source})$`, 'i').exec(bare)?.[0];
  return whole ?? /\$\{[a-z_][^{}]*\}|\{(?:env|file):[^{}]*\}/i.exec(bare)?.[0] ?? UNFILLABLE_PART.exec(bare)?.[0];
}

function valueOf(reference: string, environment: Environment, hidden: readonly string[]): string | undefined {
  const [, name = '', fallback] = /^(?:env:)?([\w()]+)(?::-(.*))?$/i.exec(reference) ?? [];
  if (name === '' || hidden.includes(name)) return undefined;
  const found = variable(name, environment) ?? fallback;
  // A host that does not fill in references passes `X=${X}` on as it is.
  if (found !== undefined && found.trim() !== '' && soleReference(found) === undefined) return found.trim();
  return HOME_NAMES.includes(name) ? environment.home : undefined;
}

function variable(name: string, environment: Environment): string | undefined {
  const { env, platform } = environment;
  // Of its own: every object has a "constructor".
  if (platform !== 'win32') return Object.hasOwn(env, name) ? env[name] : undefined;
  // Names of variables have no case on Windows.
  const same = Object.keys(env).find((key) => key.toUpperCase() === name.toUpperCase());
  return same === undefined ? undefined : env[same];
}

/** Removes what env files and editors leave around a value: blanks, a byte order mark, one pair of quotes. */
export function unwrapped(text: string): string {
  // `trim` takes U+FEFF for white space.
  const bare = text.trim();
  const inner = /^"([^"]*)"$|^'([^']*)'$|^“([^“”]*)”$|^‘([^‘’]*)’$/s.exec(bare);
  return inner ? (inner.slice(1).find((part) => part !== undefined) ?? '').trim() : bare;
}

/** Characters of a path on Linux (PATH_MAX); what is longer would fill every message that names it. */
const LONGEST_PATH = 4096;

/** What is wrong with a text as the path of a file or folder, as the end of "… names"; undefined for a good one. */
export function pathFault(text: string, environment: Environment): string | undefined {
  const { sep } = pathRules(environment);
  if (text.length > LONGEST_PATH) return `a path of ${text.length} characters`;
  const url = fileUrlPath(text, environment);
  if (url !== undefined) return url.includes('\0') ? 'a path with a control character' : undefined;
  if (/^file:/i.test(text)) return 'a file: URL that is no path of this machine; write the path';
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\0-\u001f\u007f]/.test(text)) return 'a path with a control character';
  if (/^["'“”‘’`]|["“”`]$/.test(text)) return 'a path with a quote on one side; write it without quotes';
  // Bounded, as all patterns here: a long value is read in time that grows with its length alone.
  if (/[a-z][a-z\d+.-]{1,30}:\/\//i.test(text)) return 'a URL; a path is wanted';
  if (/^~[^/\\]/.test(text)) return 'the home folder of another user; write its path';
  if (/^[[{]/.test(text)) return 'a list; separate the folders as in PATH';
  if (/(^|[/\\])(\.{3,}|…)([/\\]|$)/.test(text) || /^[/\\](absolute[/\\])?path[/\\]to([/\\]|$)/i.test(text)) {
    return 'a path of an example';
  }
  if (sep === '/' && /^[A-Za-z]:[\\/]|\\/.test(text)) return 'a path of Windows; folders are separated by "/" here';
  if (environment.cwd === undefined && !isAbsolute(text, environment)) {
    return 'a relative path, but the working directory does not exist any more; write an absolute path';
  }
  return undefined;
}

function isAbsolute(text: string, environment: Environment): boolean {
  return /^~(?=$|[/\\])/.test(text) || pathRules(environment).isAbsolute(text);
}
