import { redact } from '../shared/logger.ts';
import { quoteUntrusted } from '../shared/text.ts';
import { defaultOutputFolder } from './folders.ts';
import { suggestion } from '../shared/suggest.ts';
import { OPTIONS, OPTION_LIST, type Option, type OptionValues } from './options.ts';
import { isPlaceholder, isUnfilled } from './placeholders.ts';
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
 * precedence. Empty text and unsubstituted variables of a host (`${…}`) count as unset. Pure but for `readFile`.
 * @throws Problem `config_invalid` for an invalid value: one sentence with the option, the value (never a secret) and
 *   a description of valid values
 */
export function resolveConfig(input: ConfigInput): Config {
  const home = resolveHome(input);
  const file = readConfigFile(pathRules(input).join(home, 'config.json'), input, input.readFile);
  const { clientId, clientSecret, accessToken, outputFolder, ...values } = resolveAll(input, file);
  const config: Config = {
    ...values,
    outputFolder: outputFolder ?? defaultOutputFolder(input, values.roots),
    demo: input.demo,
    credentials: credentialsFrom(clientId, clientSecret, accessToken),
    missing: missingCredentials(clientId, clientSecret, accessToken),
    warnings: unknownVariables(input),
  };
  return deepFreeze(input.demo ? configForDemo(config, input) : config);
}

/** Configuration for `--demo`. The emulator's origins are added after its start. */
function configForDemo(config: Config, environment: Environment): Config {
  const home = pathRules(environment).join(config.home, 'demo');
  // A proxy cannot reach the loopback interface of this machine.
  return { ...config, home, perMinute: DEMO_PER_MINUTE, credentials: undefined, missing: [], httpsProxy: undefined };
}

function resolveAll(input: ConfigInput, file: ConfigFile | undefined): OptionValues {
  const values = OPTION_LIST.map(([key, option]) => [key, resolveOption(option, input, file)]);
  // Object.fromEntries loses keys and types, which are those of the table.
  return Object.fromEntries(values) as OptionValues;
}

function resolveOption<T>(option: Option<T>, input: ConfigInput, file: ConfigFile | undefined): T {
  // The emulator does not use real credentials, and an invalid one must not prevent a demo.
  if (input.demo && option.credential) return option.defaultValue(input);
  for (const found of sources(option, input, file)) {
    if (found.text.trim() === '' || isUnfilled(found.text)) continue;
    if (option.credential && isPlaceholder(found.text)) continue;
    const value = option.kind.parse(found.text, input);
    if (value === undefined) throw malformedOption(option, found);
    return value;
  }
  return option.defaultValue(input);
}

function sources(option: Option<unknown>, input: ConfigInput, file: ConfigFile | undefined): readonly Found[] {
  const flag = option.flag === undefined ? undefined : input.flags[option.flag];
  const entry = file?.entries.get(option.variables[0]);
  return [
    ...(flag === undefined ? [] : [{ text: flag, where: `--${option.flag}` }]),
    ...fromEnvironment(option, input, input.readFile),
    ...(entry === undefined ? [] : [{ text: entry, where: `${option.variables[0]} in ${file?.path}` }]),
  ];
}

function malformedOption(option: Option<unknown>, found: Found): Error {
  const received =
    option.secret || option.credential ? 'its value is not shown' : `received "${withoutUserInfo(found.text)}"`;
  const defaultValue = option.defaultText === undefined ? '' : ` (default: ${option.defaultText})`;
  return configProblem(
    `${found.where} must be ${option.kind.expected}; ${received}.`,
    `Correct it or remove it${defaultValue}.`,
  );
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
