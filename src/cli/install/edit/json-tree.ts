import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Json } from '../client.ts';
import { ConfigFault, placeOf } from './config-fault.ts';

/** The parser calls itself for each level; no client's configuration comes near this depth. */
const MOST_LEVELS = 100;

/** Kinds of tokens of `jsonc-parser`, whose own enumeration exists for its compiler only. */
const OPENING: ReadonlySet<number> = new Set([1, 3]);
const CLOSING: ReadonlySet<number> = new Set([2, 4]);
const COMMENTS: ReadonlySet<number> = new Set([12, 13]);
const END = 17;

/**
 * The text of a configuration as a tree with offsets; comments and trailing commas are allowed. Undefined for blank text.
 * @throws ConfigFault for invalid text, for anything but an object, and for too many levels
 */
export function parseObject(text: string): Node | undefined {
  // One change asks a dozen times about one text, and a large one takes a second.
  if (latest?.text !== text) latest = { text, root: parse(text) };
  return latest.root;
}

let latest: { readonly text: string; readonly root: Node | undefined } | undefined;

function parse(text: string): Node | undefined {
  refuseDepth(text);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [error] = errors;
  if (error !== undefined)
    throw new ConfigFault('broken', `is not valid JSON: ${inWords(error)} in ${place(text, error)}`);
  if (root !== undefined && root.type !== 'object') throw new ConfigFault('broken', 'does not hold a JSON object');
  return root;
}

/** Line and column of the first comment or trailing comma; undefined in plain JSON. */
export function firstExtension(text: string): string | undefined {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: true });
  const [error] = errors;
  return error === undefined ? undefined : place(text, error);
}

/**
 * The value of a key.
 * @throws ConfigFault where `container` is no object, or has the key twice: clients differ in which of them counts
 */
export function member(container: Node, key: string): Node | undefined {
  if (container.type !== 'object') throw new ConfigFault('conflict', `holds no object where "${key}" belongs`);
  const found = (container.children ?? []).filter((property) => property.children?.[0]?.value === key);
  if (found.length > 1) throw new ConfigFault('conflict', `has the key "${key}" twice in one object`);
  return found[0];
}

/** The value of a property. @throws ConfigFault where there is none */
export function valueOf(property: Node): Node {
  const value = property.children?.[1];
  if (value === undefined) throw new ConfigFault('broken', 'has a key without a value');
  return value;
}

/** Whether a tree is this value, whatever the order of keys. */
export function equals(node: Node, value: Json): boolean {
  const children = node.children ?? [];
  if (value === null || typeof value !== 'object')
    return children.length === 0 && node.value === value && isScalar(node);
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    return (
      node.type === 'array' &&
      children.length === items.length &&
      children.every((child, index) => equals(child, items[index] ?? null))
    );
  }
  const entries = Object.entries(value);
  return (
    node.type === 'object' &&
    children.length === entries.length &&
    entries.every(([key, inner]) => {
      const property = children.find((child) => child.children?.[0]?.value === key);
      return property !== undefined && equals(valueOf(property), inner);
    })
  );
}

function isScalar({ type }: Node): boolean {
  return type !== 'object' && type !== 'array';
}

function refuseDepth(text: string): void {
  const scanner = createScanner(text, true);
  let levels = 0;
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    if (OPENING.has(kind)) levels += 1;
    if (CLOSING.has(kind)) levels -= 1;
    if (levels <= MOST_LEVELS) continue;
    throw new ConfigFault(
      'broken',
      `has more than ${MOST_LEVELS} levels in ${placeOf(text, scanner.getTokenOffset())}`,
    );
  }
}

function place(text: string, { offset }: ParseError): string {
  return placeOf(text, offset);
}

/** `PropertyNameExpected` as "property name expected". */
function inWords({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
}

/** The offset after white space and comments. With `withinLine`, after the last comment before the end of the line. */
export function afterTrivia(text: string, from: number, { withinLine = false } = {}): number {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  let after = from;
  for (;;) {
    const kind: number = scanner.scan();
    const isComment = COMMENTS.has(kind);
    const isBreak = kind === 14;
    const isSpace = kind === 15;
    if (!isComment && !isBreak && !isSpace) return withinLine ? after : scanner.getTokenOffset();
    if (withinLine && (isBreak || (isComment && /[\r\n]/.test(scanner.getTokenValue())))) return after;
    if (isComment) after = scanner.getTokenOffset() + scanner.getTokenLength();
  }
}
