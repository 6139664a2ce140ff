import { quoteUntrusted } from '../shared/text/text.ts';
import { defaultOutputFolder } from './folders.ts';
import { suggestion } from '../shared/text/suggest.ts';
import { OPTIONS, OPTION_LIST, type OptionValues } from './options.ts';
import { pathRules, type Environment } from './environment.ts';
import { resolveOption, type ConfigInput } from './resolve-option.ts';
import { readConfigFile, variableNames, type ConfigFile } from './sources.ts';

export type { ConfigInput };

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

function credentialsFrom(clientId?: string, clientSecret?: string, accessToken?: string): Credentials | undefined {
  if (clientId === undefined || (clientSecret ?? accessToken) === undefined) return undefined;
  return { clientId, clientSecret, accessToken };
}

function missingCredentials(clientId?: string, clientSecret?: string, accessToken?: string): readonly string[] {
  const id = clientId === undefined ? ['FIREFLY_CLIENT_ID'] : [];
  return (clientSecret ?? accessToken) === undefined ? [...id, 'FIREFLY_CLIENT_SECRET'] : id;
}

/** Variables of the programs in `examples/`, which call this one: no option, and no slip. */
const OF_EXAMPLES: readonly string[] = ['FIREFLY_MCP', 'FIREFLY_MCP_TOKEN', 'FIREFLY_MCP_URL'];

/** Names in another case or with hyphens are none: a budget that is spelt so would be none either. */
function unknownVariables({ env, platform }: Environment): readonly string[] {
  const known = variableNames();
  // Windows finds a variable in any case.
  const isKnown = (name: string) => known.includes(platform === 'win32' ? name.toUpperCase() : name);
  return Object.keys(env)
    .filter((name) => /^\s*firefly[_-]/i.test(name) && !isKnown(name) && !OF_EXAMPLES.includes(name))
    .toSorted()
    .map((name) => `${quoteUntrusted(name, 60)} is set, but no such option exists.${suggestion(name, known)}`);
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
