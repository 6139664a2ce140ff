import type { Entry, Roles } from './answers.ts';

/** One picture in a small tree of what was made from what. */
export interface Relative {
  readonly image: string;
  /** Undefined where the library does not list it (any more). */
  readonly entry?: Entry | undefined;
  readonly role: 'source' | 'mask' | 'this' | 'child';
  /** What it was for, in the server's word, and the file that it came from. */
  readonly for?: Roles[number] | undefined;
  readonly depth: number;
}

/** Children that are shown; the rest is a number. */
const MOST_CHILDREN = 4;

/** The tree around a picture: what it was made from, itself, what was made of it. */
export function treeOf(
  image: string,
  parents: { readonly sources: readonly string[]; readonly mask?: string | undefined; readonly roles?: Roles },
  children: readonly Entry[],
  known: ReadonlyMap<string, Entry>,
): { readonly relatives: readonly Relative[]; readonly more: number } {
  const above: Relative[] = parents.sources.map((source) => ({
    image: source,
    entry: known.get(source),
    role: 'source',
    for: parents.roles?.find((one) => one.image === source),
    depth: 0,
  }));
  const depth = above.length > 0 ? 1 : 0;
  if (parents.mask !== undefined && !parents.sources.includes(parents.mask))
    above.push({ image: parents.mask, role: 'mask', depth });
  const below = children
    .filter((child) => child.image !== image && child.kind !== 'mask')
    .map((entry): Relative => ({ image: entry.image, entry, role: 'child', depth: depth + 1 }));
  const own: Relative = { image, entry: known.get(image), role: 'this', depth };
  return {
    relatives: [...above, own, ...below.slice(0, MOST_CHILDREN)],
    more: Math.max(0, below.length - MOST_CHILDREN),
  };
}
