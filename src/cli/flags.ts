import { parseArgs } from 'node:util';
import { optionFlags } from '../config/describe.ts';
import { saysYes } from '../config/kinds.ts';
import { suggestion } from '../shared/text/suggest.ts';
import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import type { OpenFlag, ParsedFlags } from './parsed-flags.ts';

type Kind = 'boolean' | 'string';

/**
 * Parses the words after a command's name.
 * @throws UsageError for an unknown flag, with the nearest known one, and for a surplus word or a missing value
 */
export function parseFlags(args: readonly string[], command: Command): ParsedFlags {
  const own = Object.entries(command.flags).map(([name, flag]) => [name, flag.type] as const);
  const shared: ReadonlyMap<string, Kind> = command.takesOptions ? optionFlags() : new Map();
  // The command's own flags come last and replace options of the same name.
  const kinds = new Map<string, Kind>([...shared, ...own, ['help', 'boolean']]);
  const current = new Map(Object.entries(command.flags).map(([name, { formerly = name }]) => [formerly, name]));
  // A flag is followed by a value under its former name, too.
  const former = Object.values(command.flags).flatMap(({ formerly, type }) =>
    formerly === undefined ? [] : [[formerly, type] as const],
  );
  const parser = Object.fromEntries([...former, ...kinds].map(([name, type]) => [name, { type }]));
  const { tokens: typed } = parseArgs({
    args: [...args],
    options: parser,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });

  const tokens = typed.map((token) =>
    token.kind === 'option' ? { ...token, name: current.get(token.name) ?? token.name } : token,
  );
  const strings: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  const options: Record<string, string> = {};
  const booleans = new Set<string>();
  const words: string[] = [];
  const open: OpenFlag[] = [];
  const taken = new Set<number>();
  for (const token of tokens) {
    // The value of the flag before it: the parser takes a negative number for a flag.
    if (taken.has(token.index)) continue;
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const kind = kinds.get(token.name);
    if (kind === undefined) {
      if (!command.openFlags || !token.rawName.startsWith('--')) throw unknownFlag(token.rawName, [...kinds.keys()]);
      const value = token.value ?? followingWord(args, token.index);
      if (token.value === undefined && value !== undefined) taken.add(token.index + 1);
      open.push({ name: token.name, value });
    } else if (kind === 'boolean') {
      const isOn = switched(token);
      if (!(token.name in command.flags) && token.name !== 'help') options[token.name] = String(isOn);
      else if (isOn) booleans.add(token.name);
      else booleans.delete(token.name);
    } else {
      // The parser takes the next flag for the value, so that `--prompt --dry-run` would be paid for.
      const value = token.inlineValue ? token.value : followingWord(args, token.index);
      if (value === undefined) throw missingValue(token.rawName, args[token.index + 1]);
      (token.name in command.flags ? strings : options)[token.name] = value;
      (lists[token.name] ??= []).push(value);
    }
  }
  const extra = words[command.words];
  if (extra !== undefined) throw new UsageError(`Unexpected word "${extra}".`);
  return { words, strings, lists, booleans, options, open };
}

/** Whether a flag without a value is on; `--demo=false` takes back an earlier `--demo`. */
function switched({
  rawName,
  value = 'true',
}: {
  readonly rawName: string;
  readonly value?: string | undefined;
}): boolean {
  const isOn = saysYes(value);
  if (isOn === undefined) throw new UsageError(`${rawName} is on or off, and takes no value but true or false.`);
  return isOn;
}

/** Value of a flag that takes one: the next word, unless that is a flag. `-1` is a value, and `-`, which means stdin. */
function followingWord(args: readonly string[], index: number): string | undefined {
  const next = args[index + 1];
  return next === undefined || /^-[^\d]/.test(next) ? undefined : next;
}

function missingValue(rawName: string, next: string | undefined): UsageError {
  const way = next === undefined ? '' : ` One that begins with "-" is written ${rawName}=VALUE.`;
  return new UsageError(`${rawName} needs a value.${way}`);
}

function unknownFlag(rawName: string, known: readonly string[]): UsageError {
  const flags = known.map((name) => `--${name}`);
  const hint = /secret|-token|password/.test(rawName)
    ? ' Secrets have no flags: set the variable, or the one with _FILE, in its place.'
    : suggestion(rawName, flags);
  return new UsageError(`Unknown flag ${rawName}.${hint}`);
}
