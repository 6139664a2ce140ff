import type { Json } from '../client.ts';

/** How a text is laid out. */
export interface Style {
  readonly eol: string;
  /** One level of indentation. */
  readonly unit: string;
}

/** Line ends and indentation of the file's first lines. */
export function styleOf(text: string): Style {
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const unit = /[\r\n]([ \t]+)"/.exec(text)?.[1] ?? '  ';
  return { eol, unit };
}

/** Indentation of the line in which the offset is. */
export function indentOf(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** Where the line break and the indentation before an offset begin, if nothing else is on the line before it. */
export function lineLead(text: string, offset: number): { readonly from: number; readonly isFirstOnLine: boolean } {
  const lead = /(?:\r\n|\n|\r)[ \t]*$/.exec(text.slice(Math.max(0, offset - 1000), offset))?.[0];
  return lead === undefined
    ? { from: offset, isFirstOnLine: false }
    : { from: offset - lead.length, isFirstOnLine: true };
}

/** The text with `length` characters replaced. */
export function splice(text: string, from: number, length: number, inserted: string): string {
  return text.slice(0, from) + inserted + text.slice(from + length);
}

/** A list of texts that has a line for each of them, as `JSON.stringify` lays it out. No text has a line end in it. */
const LONG_LIST = /\[\n\s+("(?:[^"\\\n]|\\.)*"(?:,\n\s+"(?:[^"\\\n]|\\.)*")*)\n\s+\]/g;
const LONGEST_LIST = 80;

/** JSON in several lines, with short lists of texts in one. */
export function inLines(value: Json, unit: string): string {
  return JSON.stringify(value, null, unit).replaceAll(LONG_LIST, (long, items: string) => {
    const list = `[${items.replaceAll(/,\n\s+(?=")/g, ', ')}]`;
    return list.length > LONGEST_LIST ? long : list;
  });
}
