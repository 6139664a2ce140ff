/** Factors by which the transform below leaves each frequency too large (Arai, Agui and Nakajima, 1988). */
const SCALE = Float64Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : Math.cos((k * Math.PI) / 16) * Math.SQRT2));
const [HALF, SIN, LOW, HIGH] = [
  Math.SQRT1_2,
  Math.sin(Math.PI / 8),
  Math.cos(Math.PI / 8) - Math.sin(Math.PI / 8),
  Math.cos(Math.PI / 8) + Math.sin(Math.PI / 8),
];

/** Reciprocals that turn the output of `transform` into quantised coefficients, by frequency in rows of eight. */
export function quantisers(steps: Uint16Array, zigzag: Uint8Array): Float64Array {
  const result = new Float64Array(64);
  zigzag.forEach((frequency, place) => {
    const scale = (SCALE[frequency >> 3] ?? 1) * (SCALE[frequency & 7] ?? 1);
    result[frequency] = 1 / ((steps[place] ?? 1) * scale * 8);
  });
  return result;
}

/** The discrete cosine transform of 8 by 8 samples in place, each frequency scaled as `quantisers` takes back. */
export function transform(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8) line(block, row, 1);
  for (let column = 0; column < 8; column++) line(block, column, 8);
}

function line(block: Float64Array, at: number, step: number): void {
  const [i1, i2, i3, i4] = [at + step, at + 2 * step, at + 3 * step, at + 4 * step];
  const [i5, i6, i7] = [at + 5 * step, at + 6 * step, at + 7 * step];
  const [x0, x1, x2, x3] = [block[at] ?? 0, block[i1] ?? 0, block[i2] ?? 0, block[i3] ?? 0];
  const [x4, x5, x6, x7] = [block[i4] ?? 0, block[i5] ?? 0, block[i6] ?? 0, block[i7] ?? 0];
  const [s07, s16, s25, s34] = [x0 + x7, x1 + x6, x2 + x5, x3 + x4];
  const [d07, d16, d25, d34] = [x0 - x7, x1 - x6, x2 - x5, x3 - x4];
  const outer = s07 - s34;
  const turned = (s16 - s25 + outer) * HALF;
  block[at] = s07 + s34 + s16 + s25;
  block[i4] = s07 + s34 - s16 - s25;
  block[i2] = outer + turned;
  block[i6] = outer - turned;
  const [a, b, c] = [d34 + d25, (d25 + d16) * HALF, d16 + d07];
  const mixed = (a - c) * SIN;
  const [low, high] = [LOW * a + mixed, HIGH * c + mixed];
  block[i5] = d07 - b + low;
  block[i3] = d07 - b - low;
  block[i1] = d07 + b + high;
  block[i7] = d07 + b - high;
}
