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
    .trim();
  const shown = defused(clean);
  const letters = Array.from(shown);
  return letters.length <= limit ? shown : `${letters.slice(0, limit - 1).join('')}…`;
}

/** Scripts in which an invisible joiner between two letters changes how these are written. */
const JOINING = String.raw`\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Mongolian}`;
/** Invisible characters that are part of what is seen: within an emoji, and between letters of these scripts. */
const PART_OF_WRITING = [
  String.raw`(?<=\p{Extended_Pictographic}\ufe0f?[\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=\p{Emoji})\ufe0f`,
  `(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])`,
].join('|');
/** Control, bidi, zero-width and tag characters, variation selectors, private use, and line breaks of other kinds. */
const HIDDEN = new RegExp(
  String.raw`(?!${PART_OF_WRITING})(?:[^\P{Cc}\n\t]|[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Co}\ufff9-\ufffb])`,
  'gu',
);
const PLAIN = /^[\n\t -~]*$/;
/** Every character that is changed below, wherever it is: most texts have none, and looking around each one takes long. */
const PERHAPS_HIDDEN =
  /[^\P{Cc}\n\t]|[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Co}\p{Cs}\u2028\u2029\ufff9-\ufffb]/u;

/**
 * Removes what a reader does not see, and a terminal or a model does: every text passes through here before it is shown.
 * Line feeds and tabs stay, and characters that are part of how a language or an emoji is written.
 */
export function withoutHidden(text: string): string {
  if (PLAIN.test(text) || !PERHAPS_HIDDEN.test(text)) return text;
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex
      .replace(/\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?/g, '')
      .replace(/\r\n?|[\u2028\u2029]/g, '\n')
      .replace(HIDDEN, '')
  );
}

/**
 * A Markdown link or image as plain words: a host that renders Markdown would fetch `![…](https://…)`, and so send data of
 * its user to that address.
 */
export function defused(text: string): string {
  return text.replaceAll('](', '] (');
}

/** A text on one line, for lists and lines of facts. */
export function onOneLine(text: string): string {
  return text.replace(/\s*[\r\n\v\f\u0085\u2028\u2029]+\s*/g, ' ');
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
