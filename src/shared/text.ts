/** Most characters of foreign text in a result. */
const LONGEST_QUOTE = 200;

/**
 * Makes foreign text safe to show: no control, bidi, zero-width or tag characters, no lone surrogates, one line, at most
 * `limit` characters. Messages of Adobe, file names, names of custom models and alt texts pass through here. The result is
 * still data, and has to be labelled so.
 */
export function quoteUntrusted(text: string, limit: number = LONGEST_QUOTE): string {
  const clean = text
    .slice(0, limit * 20)
    .toWellFormed()
    // ANSI escape sequences go first, while their escape character is still present.
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u001b\u009b]\[?[0-?]*[ -/]*[@-~]/g, '')
    .replace(/\s+/gu, ' ')
    // Cc control, Cf format (bidi, zero width, tags), Co private use, Cn unassigned, and the replacement character.
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\ufffd]/gu, '')
    .replace(/\p{Variation_Selector}/gu, '')
    // A host that renders Markdown would fetch `![…](https://…)`, and so send data of its user to that address.
    .replace(/\]\(/g, '] (')
    .trim();
  const letters = Array.from(clean);
  return letters.length <= limit ? clean : `${letters.slice(0, limit - 1).join('')}…`;
}

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/**
 * A duration in words: "about 40 s", "about 3 min 20 s", "about 4 h 10 min". At least one second, and rounded by at most
 * 5 %, so that an estimate loses little.
 */
export function inAbout(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 100) return `about ${seconds} s`;
  if (seconds < 10 * MINUTE_S) return rounded(seconds, { step: 10, unit: MINUTE_S, words: ['min', 's'] });
  if (seconds < 100 * MINUTE_S) return `about ${Math.round(seconds / MINUTE_S)} min`;
  if (seconds < 10 * HOUR_S) return rounded(seconds / MINUTE_S, { step: 5, unit: 60, words: ['h', 'min'] });
  if (seconds < 2 * DAY_S) return `about ${Math.round(seconds / HOUR_S)} h`;
  if (seconds < 10 * DAY_S) return rounded(seconds / HOUR_S, { step: 2, unit: 24, words: ['days', 'h'] });
  return `about ${Math.round(seconds / DAY_S)} days`;
}

function rounded(value: number, how: { step: number; unit: number; words: readonly [string, string] }): string {
  const whole = Math.round(value / how.step) * how.step;
  const [big, small] = how.words;
  const rest = whole % how.unit;
  return `about ${Math.floor(whole / how.unit)} ${big}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** Number of characters of a text as people and JSON Schema count them: code points, not UTF-16 units. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
