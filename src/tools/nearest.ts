import { editDistance } from '../shared/edit-distance.ts';

/** The `limit` candidates that are spelled most like `word`; none that has little in common with it. */
export function nearestNames(word: string, candidates: readonly string[], limit: number): readonly string[] {
  const wanted = folded(word);
  if (wanted === '') return [];
  return candidates
    .map((name) => ({ name, distance: distance(wanted, folded(name)) }))
    .filter(({ distance }) => distance < 0.6)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** Letters and digits only, lower case, at most 64: candidates and words come from outside. */
function folded(text: string): string {
  return Array.from(text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
    .slice(0, 64)
    .join('');
}

/** Share of edits needed, 0 for equal; one containing the other counts as near. */
function distance(a: string, b: string): number {
  if (b === '') return 1;
  const edits = editDistance(a, b) / Math.max(a.length, b.length);
  return a.includes(b) || b.includes(a) ? Math.min(edits, 0.5) : edits;
}
