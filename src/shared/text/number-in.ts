const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
/** Longest text that is read as a number; no double needs more. */
const LONGEST_NUMBER = 40;

/** The number that a text holds; undefined for any other value, and for a number that is not finite. */
export function numberIn(text: string): number | undefined {
  const plain = text.length > 4 * LONGEST_NUMBER ? text : text.trim();
  if (plain.length > LONGEST_NUMBER || !NUMBER.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
