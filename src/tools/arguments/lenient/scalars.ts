const YES: ReadonlySet<string> = new Set(['yes', 'on', '1']);
const NO: ReadonlySet<string> = new Set(['no', 'off', '0']);
/** Arguments by which a person agrees to spend: what an assistant may have made up counts for less than it says. */
const CONSENTS: ReadonlySet<string> = new Set(['confirm', 'accept_possible_charge']);

/**
 * "true" or "false" in any case, as some languages write "True"; also yes and no, on and off, 1 and 0, unless the argument
 * is a consent.
 */
export function booleanIn(value: string | number, argument: string): boolean | undefined {
  const text = String(value);
  if (text.length > 20) return undefined;
  const plain = text.trim().toLowerCase();
  if (plain === 'true' || plain === 'false') return plain === 'true';
  if (CONSENTS.has(argument)) return undefined;
  return YES.has(plain) ? true : NO.has(plain) ? false : undefined;
}

const PIXELS = /(px|pixels?)$/i;

/** What a number may have after it, or before it, by the argument that it is for: `4x`, `30s`, `50%`, `400px`. */
const UNITS: Readonly<Record<string, RegExp>> = {
  factor: /^[x×]|[x×]$/i,
  wait_seconds: /s(ec(onds?)?)?$/i,
  style_strength: /%$/,
  structure_strength: /%$/,
  max_side: PIXELS,
  grow: PIXELS,
  feather: PIXELS,
  inset_left: PIXELS,
  inset_top: PIXELS,
  inset_right: PIXELS,
  inset_bottom: PIXELS,
};

/** The text of a number without the unit that its argument has anyway. */
export function withoutUnit(text: string, argument: string): string {
  if (text.length > 60) return text;
  const unit = Object.hasOwn(UNITS, argument) ? UNITS[argument] : undefined;
  return unit === undefined ? text : text.trim().replace(unit, '');
}

/** The digits of a side in pixels, as `400`, `"400"` or `"400 px"`; undefined for anything else. */
export function withoutPixels(side: unknown): string | undefined {
  const text = typeof side === 'string' || typeof side === 'number' ? String(side) : '';
  return /^\s*(\d{1,5})(?:\.0)?\s*(?:px|pixels?)?\s*$/i.exec(text.slice(0, 30))?.[1];
}

/** Arguments from 0 to 1 that people also give in percent. */
const SHARES: ReadonlySet<string> = new Set(['blend', 'harmonization', 'shadow']);

/** 0.5 for "50%", for an argument that is a share of 1. */
export function shareIn(text: string, argument: string): number | undefined {
  const percent = SHARES.has(argument) ? /^\s*(\d{1,3}(?:\.\d{1,3})?)\s*%\s*$/.exec(text)?.[1] : undefined;
  return percent === undefined ? undefined : Number(percent) / 100;
}

/** Other words and spellings of choices, by their letters. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['centre', 'center'],
  ['middle', 'center'],
  ['people', 'person'],
  ['persons', 'person'],
  ['everybody', 'person'],
  ['everyone', 'person'],
  ['rect', 'rectangle'],
  ['box', 'rectangle'],
  ['oval', 'ellipse'],
  ['circle', 'ellipse'],
  ['removal', 'remove'],
  ['erase', 'remove'],
  ['%', 'percent'],
  ['percentage', 'percent'],
  ['px', 'pixels'],
  ['pixel', 'pixels'],
  ['photograph', 'photo'],
  ['photography', 'photo'],
  ['photographic', 'photo'],
  ['photorealistic', 'photo'],
  ['realistic', 'photo'],
  ['illustration', 'art'],
  ['drawing', 'art'],
  ['painting', 'art'],
  ['artistic', 'art'],
  ['image4', 'image4standard'],
]);

/** Words that name what every choice of an argument is: "pan left" is "camera pan left", "aerial" an "aerial shot". */
const FILLERS = /^(adobe)?firefly(?=image)|^camera|shot$/g;

/**
 * The one choice that a text means: exactly, else without regard to case, blanks, hyphens and underscores, else by another
 * word for it. Undefined where none or several fit.
 */
export function choiceIn(text: string, choices: readonly string[]): string | undefined {
  if (choices.includes(text)) return text;
  if (text.length > 100) return undefined;
  const wanted = folded(text);
  const plain = unfilled(wanted);
  return (
    onlyOne(choices.filter((choice) => folded(choice) === wanted)) ??
    onlyOne(choices.filter((choice) => `${folded(choice)}s` === wanted)) ??
    onlyOne(choices.filter((choice) => unfilled(folded(choice)) === (SPELLINGS.get(plain) ?? plain)))
  );
}

function onlyOne(fitting: readonly string[]): string | undefined {
  return fitting.length === 1 ? fitting[0] : undefined;
}

function unfilled(word: string): string {
  return word.replace(FILLERS, '');
}

function folded(text: string): string {
  return text.toLowerCase().replace(/[\s_-]/g, '');
}

/** Whether a value of an optional argument means that the argument was left out. */
export function isLeftOut(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === 'null';
}
