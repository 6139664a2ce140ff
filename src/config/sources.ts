import { errorCode, Problem } from '../shared/errors.ts';
import { isOpenForOthers, octal } from '../shared/files/ownership.ts';
import { scanJson } from '../shared/text/scan-json.ts';
import { onOneLine, quoteUntrusted, withoutHidden } from '../shared/text/text.ts';
import { suggestion } from '../shared/text/suggest.ts';
import { OPTION_LIST, type Option } from './options.ts';
import { absolutePath, type Environment } from './environment.ts';
import { fillReferences, pathFault, unwrapped } from './references.ts';

/** Content of a small text file. */
export interface TextFile {
  readonly text: string;
  /** Permission bits of `stat`. */
  readonly mode: number;
  /** Why the file must not be believed, as a clause: a foreign owner, or others may write to it. */
  readonly distrust?: string | undefined;
  /** Whether the file is on a read-only mount, as containers mount secrets: others may read it there. */
  readonly isSealed?: boolean;
}

/** Reads a text file; undefined for a missing one. Throws the system's error for any other failure. */
export type FileReader = (path: string) => TextFile | undefined;

/** Text of an option; `where` names its source in error messages. */
export interface Found {
  readonly text: string;
  readonly where: string;
}

/** Entries of `config.json` as text, by option name. */
export interface ConfigFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, string>;
}

/** An invalid configuration: one sentence, exit code 78 (`EX_CONFIG` of sysexits.h). */
export function configProblem(message: string, next: string, cause?: unknown): Problem {
  // Paths and names of the environment are part of it.
  return new Problem('config_invalid', shown(message), { next: shown(next), cause });
}

function shown(text: string): string {
  return onOneLine(withoutHidden(text));
}

/** Every environment variable that an option reads. */
export function variableNames(): readonly string[] {
  return OPTION_LIST.flatMap(([, option]) =>
    option.variables.flatMap((name) => (option.credential ? [name, `${name}_FILE`] : [name])),
  );
}

/**
 * Reads `config.json` in the data folder: a JSON object with the names of variables as keys.
 * @throws Problem `config_invalid` for a file that is unreadable, of another user, writable for others, is no such
 *   object, has an unknown key, or holds a secret although other users may read it
 */
export function readConfigFile(path: string, environment: Environment, readFile: FileReader): ConfigFile | undefined {
  const file = readOrExplain(path, 'The config file', readFile);
  if (file === undefined) return undefined;
  requireTrusted(path, file);
  const known = new Map(OPTION_LIST.map(([, option]) => [option.variables[0], option]));
  // The file is inside this folder, so it cannot set the folder.
  known.delete('FIREFLY_HOME');
  const entries = new Map<string, string>();
  for (const [key, value] of Object.entries(parseObject(file.text, path))) {
    const option = known.get(key);
    if (!option) {
      const names = [...known.keys()];
      throw configProblem(
        `${path} sets ${quoteUntrusted(key, 60)}, which is not an option there.${suggestion(key, names)}`,
        'Remove the entry or correct its name.',
      );
    }
    if (option.secret) requirePrivate(path, file, environment);
    entries.set(key, entryText(option, value, path, environment));
  }
  return { path, entries };
}

/**
 * Texts of an option's variables in the environment, also by way of `…_FILE` variables.
 * @throws Problem `config_invalid` for a file that is missing, unreadable, of another user, or open to others
 */
export function fromEnvironment(
  option: Option<unknown>,
  environment: Environment,
  readFile: FileReader,
): readonly Found[] {
  const found: Found[] = [];
  for (const name of option.variables) {
    const direct = environment.env[name];
    if (direct !== undefined) found.push({ text: direct, where: name });
    const path = option.credential ? environment.env[`${name}_FILE`]?.trim() : undefined;
    if (path) found.push({ text: readSecret(`${name}_FILE`, path, environment, readFile), where: `${name}_FILE` });
  }
  return found;
}

function readSecret(variable: string, path: string, environment: Environment, readFile: FileReader): string {
  const absolute = secretPath(variable, path, environment);
  const file = readOrExplain(absolute, variable, readFile);
  if (file === undefined) {
    throw configProblem(`${variable} names ${absolute}, which does not exist.`, 'Create the file or correct the path.');
  }
  requireSecretFile(absolute, file, environment);
  return file.text.trim();
}

/** @throws Problem `config_invalid` for a file with a secret that is of another user, or open to others */
export function requireSecretFile(path: string, file: Omit<TextFile, 'text'>, environment: Environment): void {
  requireTrusted(path, file);
  requirePrivate(path, file, environment);
}

/** The path that a `…_FILE` variable names. @throws Problem `config_invalid` for a placeholder without a value */
export function secretPath(variable: string, written: string, environment: Environment): string {
  const filled = fillReferences(unwrapped(written), environment, []);
  const fault = 'unfilled' in filled ? undefined : pathFault(filled.text, environment);
  if ('unfilled' in filled || fault !== undefined) {
    const what = fault === undefined ? 'holds a placeholder, for which there is no value' : `names ${fault}`;
    throw configProblem(`${variable} ${what}.`, 'Correct the path or remove it.');
  }
  return absolutePath(filled.text, environment);
}

/** A user who can write to a file of settings can have the client secret sent elsewhere. */
function requireTrusted(path: string, { distrust }: Omit<TextFile, 'text'>): void {
  if (distrust === undefined) return;
  throw configProblem(
    `${path} is not used: ${distrust}.`,
    `Make it yours alone: chown it to the user who runs this program, then chmod 600 '${path}'; or remove it.`,
  );
}

function requirePrivate(
  path: string,
  { mode, isSealed = false }: Omit<TextFile, 'text'>,
  environment: Environment,
): void {
  // Windows has access control lists instead; Node invents the mode bits there.
  if (environment.platform === 'win32' || !isOpenForOthers(mode) || isSealed) return;
  throw configProblem(
    `${path} holds a secret, but other users may open it (mode ${octal(mode)}).`,
    `Run: chmod 600 '${path}'`,
  );
}

function readOrExplain(path: string, what: string, readFile: FileReader): TextFile | undefined {
  try {
    return readFile(path);
  } catch (error) {
    const code = errorCode(error) ?? 'unknown error';
    if (code === 'EFTYPE') {
      throw configProblem(`${what} is no regular file: ${path}.`, 'Name a file, or a link to one.', error);
    }
    throw configProblem(`${what} cannot be read: ${path} (${code}).`, 'Correct its path or its permissions.', error);
  }
}

function parseObject(text: string, path: string): Record<string, unknown> {
  const next = 'Write an object such as {"FIREFLY_RPM": 4}, or remove the file.';
  let value: unknown;
  try {
    // Editors on Windows may write a byte order mark.
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // The parser's message quotes the file, which may hold a secret.
    // UTF-16, as PowerShell 5 writes it, has a NUL in every other byte.
    const what = /[\0\ufffd]/.test(text) ? 'text in UTF-8' : 'valid JSON';
    throw configProblem(`${path} is not ${what}.`, next);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw configProblem(`${path} must hold a JSON object.`, next);
  }
  const [twice] = scanJson(text).repeated;
  if (twice) {
    const key = quoteUntrusted(twice.key, 40);
    throw configProblem(`${path} cannot be used: the key "${key}" is there twice.`, 'Remove one of the two.');
  }
  return { ...value };
}

function entryText(option: Option<unknown>, value: unknown, path: string, environment: Environment): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const separator = option.kind.separator?.(environment);
  if (separator !== undefined && Array.isArray(value) && value.every((entry) => typeof entry === 'string')) {
    // Unlike empty text, which means unset, an empty list is a value.
    return value.length === 0 ? 'none' : value.join(separator);
  }
  throw configProblem(
    `${option.variables[0]} in ${path} must be ${option.kind.expected}.`,
    `Write it as a JSON string${separator === undefined ? '' : ' or a list of strings'}.`,
  );
}
