import type { SeededRandom } from '../seeded-random.ts';

/** Values of noise that are drawn; rows begin anywhere in them. */
const GRAINS = 1 << 16;

/** Noise for one row after the other: normal, with the given deviation. */
export function drawGrain(deviation: number, random: SeededRandom): (length: number) => Float32Array {
  if (deviation === 0) return (length) => new Float32Array(length);
  const drawn = Float32Array.from({ length: GRAINS }, () => deviation * roughlyNormal(random));
  return (length) => {
    const row = new Float32Array(length);
    for (let at = 0; at < length;) {
      const start = Math.floor(random.between(0, GRAINS));
      const piece = drawn.subarray(start, start + length - at);
      row.set(piece, at);
      at += piece.length;
    }
    return row;
  };
}

/** A sum of four evenly distributed numbers: close to normal, with a deviation of 1. */
function roughlyNormal(random: SeededRandom): number {
  let sum = 0;
  for (let draw = 0; draw < 4; draw++) sum += random.between(-1, 1);
  return sum * Math.sqrt(3 / 4);
}
