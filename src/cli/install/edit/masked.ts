import { createScanner } from 'jsonc-parser';
import type { Client } from '../client.ts';
import type { Range } from './range.ts';

/** Kinds of tokens of `jsonc-parser`. */
const COLON = 6;
const STRING = 10;
const COMMENTS: ReadonlySet<number> = new Set([12, 13]);
const UNKNOWN = 16;
const NUMBER = 11;
const END = 17;
/** The words of a longer text would fill the memory; of its lines nothing is shown. */
const LONGEST = 2 ** 20;

/**
 * The lines of a configuration, as many as the text has, without the user's values: keys stay, each string, number and
 * comment becomes `…`.
 * @param own parts that are not the user's: their values stay, in JSON
 */
export function maskedLines(text: string, format: Client['format'], own: readonly Range[] = []): readonly string[] {
  if (text.length > LONGEST) return linesOf(text).map(() => '…');
  return format === 'toml' ? maskedToml(text) : linesOf(maskedJson(text, own));
}

/** Lines of a text, whatever ends them. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}

function maskedJson(text: string, own: readonly Range[]): string {
  const tokens = tokensOf(text);
  return tokens
    .map(({ kind, from, to }, index) => {
      const written = text.slice(from, to);
      if (own.some((part) => from >= part.from && to <= part.to)) return written;
      if (COMMENTS.has(kind)) return written.startsWith('//') ? '// …' : written.replaceAll(/[^\r\n]+/g, '/* … */');
      if (kind === UNKNOWN || kind === NUMBER) return '…';
      if (kind !== STRING) return written;
      const next = tokens.slice(index + 1, index + 20).find(({ kind: other }) => other < 12);
      return next?.kind === COLON ? written : '"…"';
    })
    .join('');
}

function tokensOf(text: string): readonly { kind: number; from: number; to: number }[] {
  const scanner = createScanner(text, false);
  const tokens: { kind: number; from: number; to: number }[] = [];
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    const from = scanner.getTokenOffset();
    tokens.push({ kind, from, to: from + scanner.getTokenLength() });
  }
  return tokens;
}

/** Keys and headers alone. Texts of several lines may look like either, so they leave nothing to be shown. */
function maskedToml(text: string): readonly string[] {
  const hasLongTexts = /"""|'''/.test(text);
  return linesOf(text).map((line) => {
    if (hasLongTexts) return '…';
    const header = /^\s*\[[^\]]*\]+/.exec(line)?.[0];
    if (header !== undefined && !header.includes(',')) return header;
    const key = /^\s*(?:[\w-]+|"[^"]*")(?:\.(?:[\w-]+|"[^"]*"))*\s*=/.exec(line)?.[0];
    return key === undefined ? (line.trim() === '' ? line : '…') : `${key} …`;
  });
}
