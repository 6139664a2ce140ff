import { errorCode, Problem } from '../shared/errors.ts';
import { quoteUntrusted } from '../shared/text.ts';
import { suggestion } from '../shared/suggest.ts';
import { OPTION_LIST, type Option } from './options.ts';
import { pathRules, type Environment } from './environment.ts';

/** What reading a small text file gives. */
export interface TextFile {
  readonly text: string;
  /** Permission bits as `stat` tells them. */
  readonly mode: number;
}

/** Reads a text file; undefined where there is none. Throws what the system throws for anything else. */
export type FileReader = (path: string) => TextFile | undefined;

/** Text found for an option, and where, in words that an error can use. */
export interface Found {
  readonly text: string;
  readonly where: string;
}

/** Entries of `config.json`, already as text. */
export interface ConfigFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, string>;
}

/** A configuration that cannot be used: one sentence, exit code 78 (`EX_CONFIG` of sysexits.h). */
export function configProblem(message: string, next: string, cause?: unknown): Problem {
  return new Problem('config_invalid', message, { actor: 'operator', next, cause });
}

/** Every name that may be set in the environment. */
export function variableNames(): readonly string[] {
  return OPTION_LIST.flatMap(([, option]) =>
    option.variables.flatMap((name) => (option.credential ? [name, `${name}_FILE`] : [name])),
  );
}

/**
 * `config.json` in the data folder: a JSON object with the variables' names as keys.
 * @throws Problem `config_invalid` for a file that is unreadable, no such object, names what does not exist, or holds
 *   a secret while others may read it
 */
export function readConfigFile(path: string, place: Environment, readFile: FileReader): ConfigFile | undefined {
  const file = readOrExplain(path, 'The config file', readFile);
  if (file === undefined) return undefined;
  const known = new Map(OPTION_LIST.map(([, option]) => [option.variables[0], option]));
  // The file lies in this folder, so it cannot say where the folder is.
  known.delete('FIREFLY_HOME');
  const entries = new Map<string, string>();
  for (const [key, value] of Object.entries(parseObject(file.text, path))) {
    const option = known.get(key);
    if (!option) {
      const names = [...known.keys()];
      throw configProblem(
        `${path} sets ${quoteUntrusted(key, 60)}, which is no option there.${suggestion(key, names)}`,
        'Remove the entry or correct its name.',
      );
    }
    if (option.secret) requirePrivate(path, file, place);
    entries.set(key, entryText(option, value, path, place));
  }
  return { path, entries };
}

/**
 * What a variable of the environment says, directly or by way of its `…_FILE` twin.
 * @throws Problem `config_invalid` for a file that is missing, unreadable, or readable for others
 */
export function fromEnvironment(option: Option<unknown>, place: Environment, readFile: FileReader): readonly Found[] {
  const found: Found[] = [];
  for (const name of option.variables) {
    const direct = place.env[name];
    if (direct !== undefined) found.push({ text: direct, where: name });
    const path = option.credential ? place.env[`${name}_FILE`]?.trim() : undefined;
    if (path) found.push({ text: readSecret(`${name}_FILE`, path, place, readFile), where: `${name}_FILE` });
  }
  return found;
}

function readSecret(variable: string, path: string, place: Environment, readFile: FileReader): string {
  const absolute = pathRules(place).resolve(place.cwd, path);
  const file = readOrExplain(absolute, variable, readFile);
  if (file === undefined) {
    throw configProblem(`${variable} names ${absolute}, which does not exist.`, 'Create the file or correct the path.');
  }
  requirePrivate(absolute, file, place);
  return file.text.trim();
}

function requirePrivate(path: string, file: TextFile, place: Environment): void {
  // Windows keeps access lists instead; Node makes the bits up there.
  if (place.platform === 'win32' || (file.mode & 0o077) === 0) return;
  const mode = (file.mode & 0o777).toString(8).padStart(4, '0');
  throw configProblem(
    `${path} holds a secret, but other users may open it (mode ${mode}).`,
    `Run: chmod 600 '${path}'`,
  );
}

function readOrExplain(path: string, what: string, readFile: FileReader): TextFile | undefined {
  try {
    return readFile(path);
  } catch (error) {
    const code = errorCode(error) ?? 'unknown error';
    throw configProblem(`${what} cannot be read: ${path} (${code}).`, 'Correct its path or its permissions.', error);
  }
}

function parseObject(text: string, path: string): Record<string, unknown> {
  const next = 'Write an object such as {"FIREFLY_RPM": 4}, or remove the file.';
  let value: unknown;
  try {
    // Editors on Windows put a byte order mark first.
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // The parser's message quotes the file, which may hold a secret.
    throw configProblem(`${path} is not JSON.`, next);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw configProblem(`${path} must hold a JSON object.`, next);
  }
  return { ...value };
}

function entryText(option: Option<unknown>, value: unknown, path: string, place: Environment): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const separator = option.kind.separator?.(place);
  if (separator !== undefined && Array.isArray(value) && value.every((entry) => typeof entry === 'string')) {
    // An empty list is a decision, unlike an empty text, which means "not set".
    return value.length === 0 ? 'none' : value.join(separator);
  }
  throw configProblem(
    `${option.variables[0]} in ${path} must be ${option.kind.right}.`,
    `Write it as a JSON string${separator === undefined ? '' : ' or a list of strings'}.`,
  );
}
