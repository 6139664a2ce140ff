import { maskedLines } from './edit/masked.ts';
import type { Step } from './plan.ts';

/** Lines of an entry that is longer are cut: terminals would wrap them. */
const LONGEST_LINE = 200;
const COLOURS = { '-': '\u001b[31m', '+': '\u001b[32m', '@': '\u001b[36m' } as const;
const RESET = '\u001b[0m';
/** Keys whose values are secrets. A path of a file with a secret is none. */
const SECRET_KEY = /secret|token|password|passwd|credential|authorization|api[-_]?key|private/i;

/**
 * The lines that change, for a person. Of lines that belong to the user, an entry of our name among them, no value is
 * shown, since secrets may be in them; of our own entry, no value of a key that sounds like a secret. Characters that steer a terminal or
 * hide are shown as their code.
 */
export function difference(steps: readonly Step[], { colour }: { readonly colour: boolean }): string {
  const paint = (line: string) => {
    const sign = line[0];
    return colour && (sign === '-' || sign === '+' || sign === '@') ? `${COLOURS[sign]}${line}${RESET}` : line;
  };
  return steps
    .flatMap(changedLines)
    .map((line) => `${paint(line)}\n`)
    .join('');
}

function changedLines({ before, after, own, format }: Step): readonly string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const shown = (text: string, sign: '-' | '+', isOwn: (line: number) => boolean) => {
    const lines = text.split('\n');
    const masked = maskedLines(text, format);
    return lines.slice(start, lines.length - end).map((line, index) => {
      return sign + visible(isOwn(start + index) ? withoutSecrets(line) : (masked[start + index] ?? ''));
    });
  };
  return [
    `@@ line ${start + 1} @@`,
    ...shown(before, '-', ownLines(before, own.before)),
    ...shown(after, '+', ownLines(after, own.after)),
  ].filter((line) => line !== '-' && line !== '+');
}

/** Tells whether a line, counted from 0, holds nothing but a part of the entry. */
function ownLines(text: string, range: Step['own']['before']): (line: number) => boolean {
  if (range === undefined) return () => false;
  const first = text.slice(0, range.from).split('\n');
  const last = first.length - 1 + text.slice(range.from, range.to).replace(/\n$/, '').split('\n').length - 1;
  const rest = /^.*/.exec(text.slice(range.to))?.[0] ?? '';
  const isAlone = first.at(-1)?.trim() === '' && /^\s*,?\s*$/.test(text.slice(0, range.to).endsWith('\n') ? '' : rest);
  return (line) => isAlone && line >= first.length - 1 && line <= last;
}

function withoutSecrets(line: string): string {
  return line.replaceAll(
    /("?)([\w.-]+)\1(\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*')/g,
    (whole, quote: string, key: string, is: string) => {
      return SECRET_KEY.test(key) && !key.endsWith('_FILE') ? `${quote}${key}${quote}${is}"…"` : whole;
    },
  );
}

function visible(line: string): string {
  const clean = line
    .replace(/\r$/, '')
    .toWellFormed()
    .replaceAll(
      /(?!\t)[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    );
  return clean.length > LONGEST_LINE ? `${clean.slice(0, LONGEST_LINE)}…` : clean;
}
