import { createHash } from 'node:crypto';

/** Repeatable choices for one picture. */
export interface SeededRandom {
  /** A number in [from, to). */
  between(from: number, to: number): number;
  /** One of the items; the list must not be empty. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** Dice that always fall the same way for the same text: the first 32 bits of its hash drive an xorshift generator. */
export function seededRandom(text: string): SeededRandom {
  let state = createHash('sha256').update(text).digest().readUInt32LE() || 1;
  const roll = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    between: (from, to) => from + roll() * (to - from),
    pick: (items) => items[Math.floor(roll() * items.length)] ?? items[0],
  };
}
