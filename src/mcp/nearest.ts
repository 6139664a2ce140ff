/** Most single-letter edits at which two names still count as alike. */
const MOST_EDITS = 3;
/** Longer texts are no typing mistakes, and comparing them would cost time. */
const LONGEST_NAME = 64;

/** The candidate that `name` was probably meant to be; undefined where none is close. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const plain = simplify(name);
  const limit = Math.min(MOST_EDITS, Math.ceil(plain.length / 2));
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: editDistance(plain, simplify(candidate)) }))
    .filter(({ candidate, edits }) => edits <= limit || isPart(plain, simplify(candidate)))
    .toSorted((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}

/** camelCase, kebab-case and snake_case of one name become the same text. */
function simplify(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function isPart(name: string, candidate: string): boolean {
  if (name.length < 4 || candidate.length < 4) return false;
  return candidate.includes(name) || name.includes(candidate);
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
