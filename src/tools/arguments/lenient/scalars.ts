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

/** "true" or "false" in any case, as some languages write "True". */
export function booleanIn(text: string): boolean | undefined {
  if (text.length > 20) return undefined;
  const plain = text.trim().toLowerCase();
  return plain === 'true' ? true : plain === 'false' ? false : undefined;
}

/** British and American spelling of one word. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([['centre', 'center']]);

/**
 * The one choice that a text means: exactly, else without regard to case, blanks, hyphens and underscores. Undefined where
 * none or several fit.
 */
export function choiceIn(text: string, choices: readonly string[]): string | undefined {
  if (choices.includes(text)) return text;
  if (text.length > 100) return undefined;
  const wanted = folded(text);
  const fitting = choices.filter((choice) => folded(choice) === (SPELLINGS.get(wanted) ?? wanted));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function folded(text: string): string {
  return text.toLowerCase().replace(/[\s_-]/g, '');
}

/** Whether a value of an optional argument means that the argument was left out. */
export function isLeftOut(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === 'null';
}
