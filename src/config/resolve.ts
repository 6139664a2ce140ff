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

/** Everything that the configuration depends on. */
export interface ConfigInput extends Environment {
  /** Values of the command line, by flag name without dashes. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  /** The emulator stands in for Adobe: credentials are ignored, data and quota are its own. */
  readonly demo: boolean;
  readonly readFile: FileReader;
}

/** Credentials that can be used: a client id with a secret, or with a token. */
interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly accessToken: string | undefined;
}

/** The configuration, resolved once and never changed. */
export interface Config extends Omit<OptionValues, 'clientId' | 'clientSecret' | 'accessToken' | 'outputFolder'> {
  readonly demo: boolean;
  /** Undefined means "not configured". */
  readonly credentials: Credentials | undefined;
  /** Variables that are still needed for credentials; empty where these are complete. */
  readonly missing: readonly string[];
  readonly outputFolder: string;
  /** Sentences for the person who configures. */
  readonly warnings: readonly string[];
}

/** Requests a minute that the emulator allows in `--demo`: enough for play, few enough to see the queue at work. */
const DEMO_PER_MINUTE = 60;

/**
 * The configuration from flags, environment, `config.json` in the data folder and defaults, the first that says
 * something winning. Empty text, and text that a host left unfilled (`${…}`), says nothing. Pure but for `readFile`.
 * @throws Problem `config_invalid` for a malformed value: one sentence with the option, the value (never a secret) and
 *   what would be right
 */
export function resolveConfig(input: ConfigInput): Config {
  const home = resolveOption(OPTIONS.home, input, undefined);
  const file = readConfigFile(pathRules(input).join(home, 'config.json'), input, input.readFile);
  const { clientId, clientSecret, accessToken, outputFolder, ...values } = resolveAll(input, file);
  const config: Config = {
    ...values,
    outputFolder: outputFolder ?? defaultOutputFolder(input, values.roots),
    demo: input.demo,
    credentials: usable(clientId, clientSecret, accessToken),
    missing: missingCredentials(clientId, clientSecret, accessToken),
    warnings: unknownVariables(input),
  };
  return deepFreeze(input.demo ? forDemo(config, input) : config);
}

/** The same configuration with the emulator in Adobe's place; its origins come when it has started. */
function forDemo(config: Config, place: Environment): Config {
  const home = pathRules(place).join(config.home, 'demo');
  // A proxy cannot reach this machine's loopback, and the emulator's certificates are nobody's.
  return { ...config, home, perMinute: DEMO_PER_MINUTE, credentials: undefined, missing: [], httpsProxy: undefined };
}

function resolveAll(input: ConfigInput, file: ConfigFile | undefined): OptionValues {
  const values = OPTION_LIST.map(([key, option]) => [key, resolveOption(option, input, file)]);
  // The list has exactly the table's keys, and each option gives its own type; entries lose both.
  return Object.fromEntries(values) as OptionValues;
}

function resolveOption<T>(option: Option<T>, input: ConfigInput, file: ConfigFile | undefined): T {
  // The emulator has no use for real credentials, and a broken one must not keep anybody from trying it.
  if (input.demo && option.credential) return option.fallback(input);
  for (const found of sources(option, input, file)) {
    if (found.text.trim() === '' || isUnfilled(found.text)) continue;
    if (option.credential && isPlaceholder(found.text)) continue;
    const value = option.kind.parse(found.text, input);
    if (value === undefined) throw malformed(option, found);
    return value;
  }
  return option.fallback(input);
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

function malformed(option: Option<unknown>, found: Found): Error {
  const received =
    option.secret || option.credential ? 'its value is not shown' : `received "${withoutUserInfo(found.text)}"`;
  const fallback = option.fallbackText === undefined ? '' : ` (default: ${option.fallbackText})`;
  return configProblem(
    `${found.where} must be ${option.kind.right}; ${received}.`,
    `Correct it or leave it away${fallback}.`,
  );
}

function withoutUserInfo(text: string): string {
  return quoteUntrusted(redact(text.replace(/\/\/[^/\s]*@/g, '//…@'), []), 80);
}

function usable(clientId?: string, clientSecret?: string, accessToken?: string): Credentials | undefined {
  if (clientId === undefined || (clientSecret ?? accessToken) === undefined) return undefined;
  return { clientId, clientSecret, accessToken };
}

function missingCredentials(clientId?: string, clientSecret?: string, accessToken?: string): readonly string[] {
  const id = clientId === undefined ? ['FIREFLY_CLIENT_ID'] : [];
  return (clientSecret ?? accessToken) === undefined ? [...id, 'FIREFLY_CLIENT_SECRET'] : id;
}

function unknownVariables(place: Environment): readonly string[] {
  const known = variableNames();
  return Object.keys(place.env)
    .filter((name) => name.startsWith('FIREFLY_') && !known.includes(name))
    .toSorted()
    .map((name) => `${quoteUntrusted(name, 60)} is set, but there is no such option.${suggestion(name, known)}`);
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
