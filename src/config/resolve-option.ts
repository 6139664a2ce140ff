import { redact } from '../shared/logger.ts';
import { quoteUntrusted } from '../shared/text/text.ts';
import type { Environment } from './environment.ts';
import { OPTION_LIST, type Option } from './options.ts';
import { isPlaceholder } from './placeholders.ts';
import { fillReferences, soleReference, unwrapped, type Filled } from './references.ts';
import { configProblem, fromEnvironment, type ConfigFile, type FileReader, type Found } from './sources.ts';

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

/**
 * The value of an option from the first source that has one.
 * @param notes receives sentences about values that do not count
 * @throws Problem `config_invalid`
 */
export function resolveOption<T>(
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
