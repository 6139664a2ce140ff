import { redact } from '../shared/logger.ts';
import { quoteUntrusted } from '../shared/text.ts';
import { defaultOutputFolder } from './folders.ts';
import { suggestion } from '../shared/suggest.ts';
import { OPTIONS, OPTION_LIST, type Option, type OptionValues } from './options.ts';
import { isPlaceholder } from './placeholders.ts';
import { fillReferences, soleReference, unwrapped, type Filled } from './references.ts';
import { pathRules, type Environment } from './environment.ts';
import {
  configProblem,
  fromEnvironment,
  readConfigFile,
  variableNames,
  type ConfigFile,
  type FileReader,
  type Found,
} from './sources.ts';

/** All inputs of the configuration. */
export interface ConfigInput extends Environment {
  /** Command line values, by flag name without dashes. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  /** All values of the flags, for lists: their flags may be repeated. */
  readonly lists?: Readonly<Record<string, readonly string[] | undefined>>;
  /** Whether the emulator replaces Adobe: credentials are ignored, data and quota are separate. */
  readonly demo: boolean;
  readonly readFile: FileReader;
}

/** Complete credentials: a client id with a secret or a token. */
interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly accessToken: string | undefined;
}

/** The resolved configuration; frozen. */
export interface Config extends Omit<OptionValues, 'clientId' | 'clientSecret' | 'accessToken' | 'outputFolder'> {
  readonly demo: boolean;
  /** Undefined if not configured. */
  readonly credentials: Credentials | undefined;
  /** Variables that complete credentials still need; empty if none are missing. */
  readonly missing: readonly string[];
  readonly outputFolder: string;
  /** Sentences for the operator. */
  readonly warnings: readonly string[];
}

/** Requests per minute of the emulator in `--demo`: enough for trying out, few enough to watch the queue. */
const DEMO_PER_MINUTE = 60;

/**
 * The data folder: where the program keeps everything, also `config.json`.
 * @throws Problem `config_invalid`
 */
export function resolveHome(input: Environment & { readonly flags?: ConfigInput['flags'] }): string {
  const { flags = {} } = input;
  return resolveOption(OPTIONS.home, { ...input, flags, demo: false, readFile: () => undefined }, undefined);
}

/**
 * Resolves the configuration from flags, environment, `config.json` in the data folder and defaults, in this order of
 * precedence. Empty text counts as unset, and so does a credential that is a placeholder; other placeholders (`${HOME}/x`)
 * are filled in or refused. Pure but for `readFile`.
 * @throws Problem `config_invalid` for an invalid value: one sentence with the option, the value (never a secret) and
 *   a description of valid values
 */
export function resolveConfig(input: ConfigInput): Config {
  const home = resolveHome(input);
  const file = readConfigFile(pathRules(input).join(home, 'config.json'), input, input.readFile);
  const notes: string[] = [];
  const { clientId, clientSecret, accessToken, outputFolder, ...values } = resolveAll(input, file, notes);
  const config: Config = {
    ...values,
    outputFolder: outputFolder ?? defaultOutputFolder(input, values.roots),
    demo: input.demo,
    credentials: credentialsFrom(clientId, clientSecret, accessToken),
    missing: missingCredentials(clientId, clientSecret, accessToken),
    warnings: [...unknownVariables(input), ...notes],
  };
  return deepFreeze(input.demo ? configForDemo(config, input) : config);
}

/** Configuration for `--demo`. The emulator's origins are added after its start. */
function configForDemo(config: Config, environment: Environment): Config {
  const home = pathRules(environment).join(config.home, 'demo');
  return { ...config, home, perMinute: DEMO_PER_MINUTE, missing: [] };
}

function resolveAll(input: ConfigInput, file: ConfigFile | undefined, notes: string[]): OptionValues {
  const values = OPTION_LIST.map(([key, option]) => [key, resolveOption(option, input, file, notes)]);
  // Object.fromEntries loses keys and types, which are those of the table.
  return Object.fromEntries(values) as OptionValues;
}

function resolveOption<T>(
  option: Option<T>,
  input: ConfigInput,
  file: ConfigFile | undefined,
  notes: string[] = [],
): T {
  // The emulator does not use real credentials, and an invalid one must not prevent a demo.
  if (input.demo && (option.credential || option.reachesAdobe)) return option.defaultValue(input);
  const { kind } = option;
  for (const found of sources(option, input, file)) {
    const text = unwrapped(found.text);
    if (text === '') continue;
    if (kind.none?.test(text)) break;
    if (kind.takesPlaceholders && isPlaceholder(text)) {
      notes.push(placeholderNote(found.where, text));
      continue;
    }
    const filled = fill(asEntries(text, kind, input), kind, input);
    if ('unfilled' in filled) throw unfilledOption(option, found, filled.unfilled);
    const fault = kind.fault?.(filled.text, input);
    const value = fault === undefined ? kind.parse(filled.text, input) : undefined;
    if (value === undefined) throw malformedOption(option, found, fault);
    return value;
  }
  return option.defaultValue(input);
}

function fill(text: string, kind: Option<unknown>['kind'], input: ConfigInput): Filled {
  if (!kind.keepsReferences?.(text)) return fillReferences(text, input, secretNames());
  const unfilled = soleReference(text);
  return unfilled === undefined ? { text } : { unfilled };
}

/** A list that is written in JSON, as in the config file, with the separator of its kind. */
function asEntries(text: string, { separator }: Option<unknown>['kind'], input: ConfigInput): string {
  if (separator === undefined || !/^\[.*\]$/s.test(text)) return text;
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'string')) return text;
    return list.length === 0 ? 'none' : list.join(separator(input));
  } catch {
    return text;
  }
}

function placeholderNote(where: string, text: string): string {
  const reference = /^[a-z+]+:\/\//i.test(text)
    ? 'a reference to a store of secrets, which it cannot read'
    : 'a placeholder';
  return `${where} holds ${reference}, so it counts as not set.`;
}

/** Variables whose values must not become a part of another option, since those are shown. */
function secretNames(): readonly string[] {
  return OPTION_LIST.flatMap(([, { secret, variables }]) => (secret ? variables : []));
}

function sources(option: Option<unknown>, input: ConfigInput, file: ConfigFile | undefined): readonly Found[] {
  const flag = flagText(option, input);
  const entry = file?.entries.get(option.variables[0]);
  return [
    ...(flag === undefined ? [] : [{ text: flag, where: `--${option.flag}` }]),
    ...fromEnvironment(option, input, input.readFile),
    ...(entry === undefined ? [] : [{ text: entry, where: `${option.variables[0]} in ${file?.path}` }]),
  ];
}

/** Values of a repeated flag of a list add up; of another flag, the last one counts. */
function flagText({ flag, kind }: Option<unknown>, input: ConfigInput): string | undefined {
  if (flag === undefined) return undefined;
  const values = input.lists?.[flag] ?? [];
  if (kind.separator === undefined || values.length < 2) return input.flags[flag];
  return values
    .map((value) => asEntries(unwrapped(value), kind, input))
    .filter((value) => value !== '')
    .join(kind.separator(input));
}

function malformedOption(option: Option<unknown>, found: Found, fault: string | undefined): Error {
  const what = fault === undefined ? `must be ${option.kind.expected}` : `names ${fault}`;
  return configProblem(`${found.where} ${what}; ${received(option, found)}.`, correction(option));
}

function unfilledOption(option: Option<unknown>, found: Found, reference: string): Error {
  const what = option.secret || option.credential ? 'a placeholder' : `the placeholder "${withoutUserInfo(reference)}"`;
  return configProblem(
    `${found.where} holds ${what}, for which there is no value.`,
    `Write the value itself: not every host fills in placeholders. ${correction(option)}`,
  );
}

function received(option: Option<unknown>, found: Found): string {
  return option.secret || option.credential ? 'its value is not shown' : `received "${withoutUserInfo(found.text)}"`;
}

function correction({ defaultText }: Option<unknown>): string {
  return `Correct it or remove it${defaultText === undefined ? '' : ` (default: ${defaultText})`}.`;
}

function withoutUserInfo(text: string): string {
  return quoteUntrusted(redact(text.replace(/\/\/[^/\s]*@/g, '//…@'), []), 80);
}

function credentialsFrom(clientId?: string, clientSecret?: string, accessToken?: string): Credentials | undefined {
  if (clientId === undefined || (clientSecret ?? accessToken) === undefined) return undefined;
  return { clientId, clientSecret, accessToken };
}

function missingCredentials(clientId?: string, clientSecret?: string, accessToken?: string): readonly string[] {
  const id = clientId === undefined ? ['FIREFLY_CLIENT_ID'] : [];
  return (clientSecret ?? accessToken) === undefined ? [...id, 'FIREFLY_CLIENT_SECRET'] : id;
}

function unknownVariables(environment: Environment): readonly string[] {
  const known = variableNames();
  return Object.keys(environment.env)
    .filter((name) => name.startsWith('FIREFLY_') && !known.includes(name))
    .toSorted()
    .map((name) => `${quoteUntrusted(name, 60)} is set, but no such option exists.${suggestion(name, known)}`);
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
