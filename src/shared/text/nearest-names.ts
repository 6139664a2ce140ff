import { editDistance, LONGEST_COMPARED } from './suggest.ts';

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
