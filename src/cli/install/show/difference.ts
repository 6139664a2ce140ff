import { linesOf, maskedLines } from '../edit/masked.ts';
import type { Plan, Range } from '../plan/plan.ts';
import { changedRuns } from './line-runs.ts';

/** Lines that are longer are cut: terminals would wrap them. */
const LONGEST_LINE = 200;
/** Keys whose values are secrets. A path of a file with a secret is none. */
const SECRET_KEY = /secret|token|password|passwd|credential|authorization|api[-_]?key|private/i;

/**
 * The lines that change, for a person, with the line of the file where they begin. Of lines that belong to the user, an
 * entry of our name among them, no value is shown, since secrets may be in them; of what this program writes, no value of
 * a key that sounds like a secret. Characters that steer a terminal or hide are shown as their code.
 */
export function difference({ before, after, own, format }: Pick<Plan, 'before' | 'after' | 'own' | 'format'>): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const runs = changedRuns(old, now);
  const shown = (text: string, lines: readonly string[], ranges: readonly Range[], sign: '-' | '+') => {
    const masked = maskedLines(text, format);
    const isOwn = ranges.map((range) => ownLines(text, range));
    return (index: number) => {
      const line = isOwn.some((holds) => holds(index)) ? withoutSecrets(lines[index] ?? '') : (masked[index] ?? '');
      return sign + visible(line);
    };
  };
  const removed = shown(before, old, own.before, '-');
  const added = shown(after, now, own.after, '+');
  return runs
    .flatMap(({ old: [start, end], now: [from, to] }) => [
      `@@ line ${start + 1} @@`,
      ...indices(start, end).map(removed),
      ...indices(from, to).map(added),
    ])
    .filter((line) => line !== '-' && line !== '+')
    .map((line) => `${line}\n`)
    .join('');
}

function indices(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Tells whether a line, counted from 0, holds nothing but a part of the range. */
function ownLines(text: string, range: Range): (line: number) => boolean {
  const lead = linesOf(text.slice(0, range.from));
  const inner = text.slice(range.from, range.to);
  const endsLine = /[\r\n]$/.test(inner);
  const first = lead.length - 1;
  const last = first + linesOf(inner).length - 1 - (endsLine ? 1 : 0);
  const rest = endsLine ? '' : (linesOf(text.slice(range.to, range.to + LONGEST_LINE))[0] ?? '');
  const isAlone = lead.at(-1)?.trim() === '' && /^\s*,?\s*$/.test(rest);
  return (line) => isAlone && line >= first && line <= last;
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
  const cut = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
  return cut
    .toWellFormed()
    .replaceAll(
      /(?!\t)[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    );
}
