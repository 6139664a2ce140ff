import { linesOf, maskedLines } from '../edit/masked.ts';
import type { Range } from '../edit/range.ts';
import type { Plan } from '../plan/plan.ts';
import { changedRuns } from './line-runs.ts';

/** Lines that are longer are cut: terminals would wrap them. */
const LONGEST_LINE = 200;
/** Characters that are shown on both sides of a change within a long line, and the lines that it may then take. */
const AROUND = 40;
const MOST_PARTS = 8;
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
    const masked = maskedLines(text, format, ranges);
    const isOwn = ranges.map((range) => ownLines(text, range));
    return (index: number) => {
      const isAlone = isOwn.some((holds) => holds(index));
      return { sign, line: withoutSecrets((isAlone ? lines : masked)[index] ?? '') };
    };
  };
  const removed = shown(before, old, own.before, '-');
  const added = shown(after, now, own.after, '+');
  return runs
    .flatMap(({ old: [start, end], now: [from, to] }) => [
      `@@ line ${start + 1} @@`,
      ...aroundChange(indices(start, end).map(removed), indices(from, to).map(added)).map(
        ({ sign, line }) => sign + visible(line),
      ),
    ])
    .filter((line) => line !== '-' && line !== '+')
    .map((line) => `${line}\n`)
    .join('');
}

interface Shown {
  readonly sign: '-' | '+';
  readonly line: string;
}

/** Of one long line that changes, as in a file of one line, the changed part and a little around it. */
function aroundChange(removed: readonly Shown[], added: readonly Shown[]): readonly Shown[] {
  const [old, now] = [removed[0]?.line ?? '', added[0]?.line ?? ''];
  const isLong = Math.max(old.length, now.length) > LONGEST_LINE;
  if (removed.length !== 1 || added.length !== 1 || !isLong) return [...removed, ...added];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const [from, rest] = [Math.max(0, start - AROUND), Math.max(0, end - AROUND)];
  return [...removed, ...added].flatMap(({ sign, line }) => {
    const part = line.slice(from, line.length - rest);
    const whole = (from > 0 ? '…' : '') + part + (rest > 0 ? '…' : '');
    // What is too long for one line goes on in the next one.
    return Array.from({ length: Math.min(MOST_PARTS, Math.ceil(whole.length / LONGEST_LINE)) }, (_, place) => ({
      sign,
      line: whole.slice(place * LONGEST_LINE, (place + 1) * LONGEST_LINE),
    }));
  });
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
  // A key is looked for from its first character alone: the time grows with the length of the line, not with its square.
  return line.replaceAll(
    /("?)(?<![\w.-])([\w.-]+)\1(\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*')/g,
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
