// Exponential, logarithm and cube root from the four basic operations alone. The standard prescribes the results of those
// to the last bit, while Math.exp and its like may differ between engines and processors.

const LOG2_OF_E = 1.4426950408889634;
const LN2 = 0.6931471805599453;
/** Halves of ln 2: the first has few enough bits that its product with a power is exact. */
const [LN2_HIGH, LN2_LOW] = [0.693147180369123816, 1.9082149292705877e-10];
/** Beyond it the result is no normal number. */
const FARTHEST = 700;
const LARGEST_POWER = 1020;
/** Terms of the series of the exponential: the next one is below the last digit of a number where r is at most ln 2 / 2. */
const TERMS = 13;
/** Factors of the powers of r in the series, 1 / n!, beginning with the highest. */
const FACTORS = new Float64Array(TERMS + 1).fill(1);
for (let at = TERMS - 1, factorial = 1; at >= 0; at--) FACTORS[at] = 1 / (factorial *= TERMS - at);

/** 2 to the powers -1020 to 1020. */
const POWERS = new Float64Array(2 * LARGEST_POWER + 1).fill(1);
for (let power = 1; power <= LARGEST_POWER; power++) {
  POWERS[LARGEST_POWER + power] = (POWERS[LARGEST_POWER + power - 1] ?? 1) * 2;
  POWERS[LARGEST_POWER - power] = (POWERS[LARGEST_POWER - power + 1] ?? 1) / 2;
}

const bits = new DataView(new ArrayBuffer(8));

/** e to the power of `x`, to fifteen digits; 0 below -700 and no more above 700. */
export function exponential(x: number): number {
  if (x < -FARTHEST) return 0;
  const within = Math.min(x, FARTHEST);
  const power = Math.round(within * LOG2_OF_E);
  const r = within - power * LN2_HIGH - power * LN2_LOW;
  let series = 0;
  for (let at = 0; at <= TERMS; at++) series = series * r + (FACTORS[at] ?? 0);
  return series * (POWERS[LARGEST_POWER + power] ?? 0);
}

/** The natural logarithm of a positive normal number, to ten digits. */
export function logarithm(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let power = (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    power++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  return power * LN2 + 2 * s * (1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q / 11)))));
}

/** The cube root of a positive number. */
export function cubeRoot(x: number): number {
  return exponential(logarithm(x) / 3);
}
