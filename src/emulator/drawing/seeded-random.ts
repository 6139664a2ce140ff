import { createHash } from 'node:crypto';

/** Pseudo-random numbers that depend on a seed text alone. */
export interface SeededRandom {
  /** A number in [from, to). */
  between(from: number, to: number): number;
  /** One of the items; the list must not be empty. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** An xorshift generator, seeded with the first 32 bits of the text's SHA-256. */
export function seededRandom(text: string): SeededRandom {
  let state = createHash('sha256').update(text).digest().readUInt32LE() || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    between: (from, to) => from + next() * (to - from),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
