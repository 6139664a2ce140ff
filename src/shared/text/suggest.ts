/** Letters that are compared: the comparison takes time with the square of their number. */
const LONGEST_COMPARED = 64;

/**
 * The candidate that `word` was most likely meant to be; undefined where more than a third of the letters differ from every
 * one.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_COMPARED) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** " Did you mean …?" with a space in front; empty where no candidate is close. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const match = nearest(word, candidates);
  return match === undefined ? '' : ` Did you mean ${match}?`;
}

/** The candidates whose spelling is closest to `word`, at most `limit`, and none whose share of other letters is `farthest`. */
export function nearestNames(
  word: string,
  candidates: readonly string[],
  limit: number,
  farthest = 0.6,
): readonly string[] {
  const wanted = folded(word);
  if (wanted === '') return [];
  return candidates
    .map((name) => ({ name, distance: distance(wanted, folded(name)) }))
    .filter(({ distance }) => distance < farthest)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** Letters and digits in lower case, the first ones. */
function folded(text: string): string {
  return Array.from(
    text
      .slice(0, 8 * LONGEST_COMPARED)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, ''),
  )
    .slice(0, LONGEST_COMPARED)
    .join('');
}

/** Edits divided by length, 0 for equal words; at most 0.45 where one contains the other. */
function distance(a: string, b: string): number {
  if (b === '') return 1;
  const edits = editDistance(a, b) / Math.max(a.length, b.length);
  return a.includes(b) || b.includes(a) ? Math.min(edits, 0.45) : edits;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped =
        a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? at(beforeLast, column - 2) + 1 : Infinity;
      current.push(Math.min(replaced, swapped, at(last, column) + 1, at(current, column - 1) + 1));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
