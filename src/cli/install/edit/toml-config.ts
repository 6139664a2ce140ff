import { isDeepStrictEqual } from 'node:util';
import { parse, TomlError, type TomlTable } from 'smol-toml';
import type { Json } from '../client.ts';
import { ConfigFault } from './config-fault.ts';
import type { Range } from './range.ts';
import { layoutOf, type Header } from './toml-headers.ts';

/** A table of a TOML file that belongs to this program. */
export interface Block {
  /** Keys of the table of servers. */
  readonly at: readonly string[];
  readonly name: string;
  /**
   * Whether this program wrote a table that has lost its mark: Codex drops comments of tables when it writes its file.
   * @param table as it was parsed
   */
  owns(table: unknown): boolean;
}

const MARK = '# Added by "firefly-mcp install"; "firefly-mcp uninstall" removes this table.';

/** The range of the table that this program wrote, with its mark; undefined without one. @throws ConfigFault */
export function blockRange(text: string, block: Block): Range | undefined {
  const table = tableOf(parsed(text), block);
  const own = [...block.at, block.name];
  const { headers, comments } = layoutOf(text);
  const isWithin = ({ keys }: Header) => own.every((key, index) => keys[index] === key);
  const header = headers.find((each) => isWithin(each) && each.keys.length === own.length);
  if (header === undefined) return undefined;
  const above = lastLine(text.slice(0, header.at));
  const mark = above.trim() === MARK && comments.has(header.at - above.length) ? above : '';
  if (mark === '' && !block.owns(table)) return undefined;
  const next = headers.find((each) => each.at > header.at && !isWithin(each));
  // Comments and empty lines behind the last key belong to what follows.
  const lines = text.slice(header.at, next?.at).split(/(?<=\n)/);
  const content = lines.slice(0, lines.findLastIndex((line) => /^\s*[^\s#]/.test(line)) + 1).join('');
  return { from: header.at - mark.length, to: header.at + content.length };
}

/** Whether the file has exactly this table, written by this program. @throws ConfigFault */
export function blockHolds(text: string, block: Block, value: Json): boolean {
  return blockRange(text, block) !== undefined && isDeepStrictEqual(tableOf(parsed(text), block), plain(value));
}

function hasTable(text: string, block: Omit<Block, 'owns'>): boolean {
  return tableOf(parsed(text), block) !== undefined;
}

/** The table of this name, whatever wrote it; undefined without one. @throws ConfigFault */
export function tableAt(text: string, block: Omit<Block, 'owns'>): unknown {
  return tableOf(parsed(text), block);
}

/**
 * The text with the table at its end, or in place of the one that this program wrote. All other text stays as it is.
 * @throws ConfigFault where a table of that name exists that this program did not write, or the file's form has no room
 *   for a table
 */
export function putBlock(text: string, block: Block, value: { readonly [key: string]: Json }): string {
  // TOML knows no other line ends.
  const eol = /\r\n|\n/.exec(text)?.[0] ?? '\n';
  const lines = [MARK, `[${[...block.at, block.name].join('.')}]`, ...Object.entries(value).map(assignment)];
  const written = lines.join(eol) + eol;
  const present = blockRange(text, block);
  if (present !== undefined) {
    return checked(text, text.slice(0, present.from) + written + text.slice(present.to), block, value);
  }
  if (hasTable(text, block)) throw notOurs(block);
  const gap = text.trim() === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  return checked(text, text + gap + written, block, value);
}

/** The text without the table that this program wrote; unchanged without one. @throws ConfigFault where another program wrote it */
export function dropBlock(text: string, block: Block): string {
  const range = blockRange(text, block);
  if (range === undefined) {
    if (hasTable(text, block)) throw notOurs(block);
    return text;
  }
  // The empty line that was put before the block goes with it.
  const before = text.slice(0, range.from).replace(/(^|\n)\r?\n$/, '$1');
  return checked(text, before + text.slice(range.to), block, undefined);
}

/** `after`, if it has the table as wanted and otherwise means what `before` means: parts of a table can be anywhere. */
function checked(before: string, after: string, block: Block, value: Json | undefined): string {
  const read = (text: string) => {
    try {
      return parsed(text);
    } catch {
      return undefined;
    }
  };
  const now = read(after);
  const isThere =
    now !== undefined && isDeepStrictEqual(tableOf(now, block), value === undefined ? undefined : plain(value));
  if (isThere && isDeepStrictEqual(without(parsed(before), block), without(now, block))) return after;
  throw new ConfigFault(
    'conflict',
    `is written in a form in which the table ${[...block.at, block.name].join('.')} can only be changed by hand`,
  );
}

function notOurs({ at, name }: Omit<Block, 'owns'>): ConfigFault {
  return new ConfigFault('conflict', `has a table ${[...at, name].join('.')} that "firefly-mcp install" did not write`);
}

function parsed(text: string): TomlTable {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded', maxDepth: 100 });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The message quotes the file below its first line.
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new ConfigFault('broken', `is not valid TOML: ${reason} in line ${error.line}, column ${error.column}`);
  }
}

function tableOf(root: TomlTable, { at, name }: Omit<Block, 'owns'>): unknown {
  return [...at, name].reduce<unknown>((value, key) => child(value, key), root);
}

function child(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

/** The document without the table, and without the tables above it that held nothing else. */
function without(root: TomlTable, { at, name }: Omit<Block, 'owns'>): unknown {
  const [key = name, ...rest] = at;
  const entries = Object.entries(root).flatMap(([other, value]): [string, unknown][] => {
    if (other !== key || at.length === 0) return other === key ? [] : [[other, value]];
    if (typeof value !== 'object' || value === null) return [[other, value]];
    // The value of a key on the path to the table is a table, or the document has no table of that name.
    const inner = without(value as TomlTable, { at: rest, name });
    return Object.keys(inner as object).length === 0 ? [] : [[other, inner]];
  });
  return Object.fromEntries(entries);
}

/** The value as the parser reads it, whose tables have no prototype. */
function plain(value: Json): unknown {
  return child(parsed(`value = ${inToml(value)}`), 'value');
}

function assignment([key, value]: readonly [string, Json]): string {
  return `${key} = ${inToml(value)}`;
}

function inToml(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inToml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{ ${Object.entries(value).map(assignment).join(', ')} }`;
  // Strings of JSON are basic strings of TOML, but for DEL.
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
}

/** The last line of a text that ends with a line end; empty for any other text. */
function lastLine(text: string): string {
  return text.endsWith('\n') ? text.slice(text.lastIndexOf('\n', text.length - 2) + 1) : '';
}
