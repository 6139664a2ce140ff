import { getNodeValue, type Node } from 'jsonc-parser';
import type { Json } from '../client.ts';
import { ConfigFault } from './config-fault.ts';
import { indentOf, inLines, lineLead, splice, styleOf, type Style } from './json-layout.ts';
import { afterTrivia, equals, member, parseObject, valueOf } from './json-tree.ts';

/** One value of a JSON configuration: a member of an object, or an item of a list. */
export interface Slot {
  /** Keys that lead to the object or the list. */
  readonly at: readonly string[];
  /** The key, or with `inList` the `id` of the item. */
  readonly name: string;
  readonly inList?: boolean;
}

/** What an edit did besides its purpose. */
export interface Put {
  readonly text: string;
  /** Objects and lists that had to be made, outermost first. */
  readonly made: readonly (readonly string[])[];
}

/** The range of a value with its key; undefined where the configuration has no such value. @throws ConfigFault */
export function rangeOf(text: string, slot: Slot): { readonly from: number; readonly to: number } | undefined {
  const node = find(text, slot);
  return node && { from: node.offset, to: node.offset + node.length };
}

/** The value; undefined where the configuration has none. @throws ConfigFault */
export function valueAt(text: string, slot: Slot): unknown {
  const node = find(text, slot);
  return node && getNodeValue(slot.inList ? node : valueOf(node));
}

/** Whether the configuration has exactly this value. @throws ConfigFault */
export function holds(text: string, slot: Slot, value: Json): boolean {
  const node = find(text, slot);
  return node !== undefined && equals(slot.inList ? node : valueOf(node), value);
}

/**
 * The text with the value added behind the last of its neighbours, or in place of the value that it has. No other
 * character changes, but for the comma that JSON needs between two values.
 * @throws ConfigFault
 */
export function put(text: string, slot: Slot, value: Json): Put {
  const style = styleOf(text);
  const whole = parseObject(text) === undefined ? `${text}{}${style.eol}` : text;
  const present = find(whole, slot);
  if (present !== undefined) {
    const written = valueIn(style, indentOf(whole, present.offset), slot, value);
    return { text: splice(whole, present.offset, present.length, written), made: [] };
  }
  const { container, missing } = nearest(whole, slot.at);
  const made = missing.map((_, index) => slot.at.slice(0, slot.at.length - missing.length + index + 1));
  const [key, ...inner] = slot.inList ? missing : [...missing, slot.name];
  const innermost: Json = slot.inList && missing.length > 0 ? [value] : value;
  const nested = inner.reduceRight<Json>((content, name) => ({ [name]: content }), innermost);
  return { text: append(whole, container, { key, value: nested }, style), made };
}

/** The text with the value as `former`, an earlier text, has it; unchanged where one of them has none. @throws ConfigFault */
export function putBack(text: string, slot: Slot, former: string): string {
  const node = find(text, slot);
  const then = find(former, slot);
  if (node === undefined || then === undefined) return text;
  const written = former.slice(then.offset, then.offset + then.length).replaceAll(/\r\n|\n|\r/g, styleOf(text).eol);
  return splice(text, node.offset, node.length, written);
}

/** The text without the value; unchanged where the configuration has no such value. @throws ConfigFault */
export function drop(text: string, slot: Slot): string {
  const node = find(text, slot);
  return node?.parent === undefined ? text : cut(text, node, node.parent);
}

/** The text without those of these objects and lists that are empty; innermost go first. @throws ConfigFault */
export function dropEmpty(text: string, paths: readonly (readonly string[])[]): string {
  return paths.toReversed().reduce((rest, path) => {
    const slot = { at: path.slice(0, -1), name: path.at(-1) ?? '' };
    const node = find(rest, slot);
    return node !== undefined && isBare(rest, valueOf(node)) ? drop(rest, slot) : rest;
  }, text);
}

/** Whether nothing is left but an empty object. @throws ConfigFault */
export function isEmptyObject(text: string): boolean {
  const root = parseObject(text);
  return root === undefined || (text.trim().length === root.length && isBare(text, root));
}

function isBare(text: string, { offset, length }: Node): boolean {
  return text.slice(offset + 1, offset + length - 1).trim() === '';
}

function find(text: string, { at, name, inList = false }: Slot): Node | undefined {
  const root = parseObject(text);
  if (root === undefined) return undefined;
  let container: Node = root;
  for (const key of at) {
    const next = member(container, key);
    if (next === undefined) return undefined;
    container = valueOf(next);
  }
  if (!inList) return member(container, name);
  if (container.type !== 'array') throw new ConfigFault('conflict', `holds no list in "${at.join('.')}"`);
  return container.children?.find((item) => {
    const id = item.children?.find((property) => property.children?.[0]?.value === 'id');
    return id !== undefined && equals(valueOf(id), name);
  });
}

/** The innermost object or list of a path that is there, and the keys that are missing below it. */
function nearest(text: string, at: readonly string[]): { container: Node; missing: readonly string[] } {
  const root = parseObject(text);
  if (root === undefined) throw new ConfigFault('broken', 'is empty');
  let container: Node = root;
  for (const [index, key] of at.entries()) {
    const next = member(container, key);
    if (next === undefined) return { container, missing: at.slice(index) };
    container = valueOf(next);
  }
  return { container, missing: [] };
}

function valueIn({ eol, unit }: Style, indent: string, { name, inList }: Slot, value: Json): string {
  const lines = inLines(value, unit).replaceAll('\n', eol + indent);
  return inList ? lines : `${JSON.stringify(name)}: ${lines}`;
}

function append(
  text: string,
  container: Node,
  { key, value }: { readonly key: string | undefined; readonly value: Json },
  style: Style,
): string {
  const slot = { at: [], name: key ?? '', inList: key === undefined };
  const open = container.offset + 1;
  const [first] = container.children ?? [];
  const last = container.children?.at(-1);
  if (first === undefined || last === undefined) {
    const indent = indentOf(text, container.offset);
    const at = afterTrivia(text, open, { withinLine: true });
    const closesHere = !/[\r\n]/.test(text.slice(at, container.offset + container.length - 1));
    const inner = indent + style.unit;
    const written = style.eol + inner + valueIn(style, inner, slot, value) + (closesHere ? style.eol + indent : '');
    return splice(text, at, 0, written);
  }
  const end = last.offset + last.length;
  const next = afterTrivia(text, end);
  const hasComma = text[next] === ',';
  const base = hasComma ? next + 1 : end;
  if (!/[\r\n]/.test(text.slice(open, first.offset))) {
    const compact = keyOf(slot) + JSON.stringify(value);
    return splice(text, base, 0, hasComma ? ` ${compact},` : `, ${compact}`);
  }
  const indent = indentOf(text, first.offset);
  const at = afterTrivia(text, base, { withinLine: true });
  const written = style.eol + indent + valueIn(style, indent, slot, value) + (hasComma ? ',' : '');
  // The later place first: the earlier one keeps its offset.
  return hasComma ? splice(text, at, 0, written) : splice(splice(text, at, 0, written), end, 0, ',');
}

function keyOf({ name, inList: isItem }: Slot): string {
  return isItem ? '' : `${JSON.stringify(name)}: `;
}

function cut(text: string, node: Node, container: Node): string {
  const siblings = container.children ?? [];
  const index = siblings.indexOf(node);
  const previous = siblings[index - 1];
  const end = node.offset + node.length;
  const next = afterTrivia(text, end);
  const hasComma = text[next] === ',';
  const { from, isFirstOnLine } = lineLead(text, node.offset);
  const previousComma = previous && afterTrivia(text, previous.offset + previous.length);
  if (hasComma) {
    if (isFirstOnLine) return splice(text, from, next + 1 - from, '');
    if (previousComma !== undefined) return splice(text, previousComma + 1, next - previousComma, '');
    const after = next + 1 + (/^[ \t]*/.exec(text.slice(next + 1))?.[0].length ?? 0);
    return splice(text, node.offset, after - node.offset, '');
  }
  if (previousComma !== undefined) {
    if (!isFirstOnLine) return splice(text, previousComma, end - previousComma, '');
    return splice(splice(text, from, end - from, ''), previousComma, 1, '');
  }
  const rest = splice(text, from, end - from, '');
  const close = container.offset + container.length - 1 - (end - from);
  const between = rest.slice(container.offset + 1, close);
  return between.trim() === '' ? splice(rest, container.offset + 1, between.length, '') : rest;
}
