/** Most characters of foreign text that ever reach a result. */
const LONGEST_QUOTE = 200;

/**
 * Foreign text made safe to show: no control, bidi, zero-width or tag characters, no lone surrogates, one line, at most
 * `limit` characters. Upstream messages, file names, custom-model names and alt texts all pass through here.
 * The result is still only data: label it as such.
 */
export function quoteUntrusted(text: string, limit: number = LONGEST_QUOTE): string {
  const clean = text
    .slice(0, limit * 20)
    .toWellFormed()
    // ANSI escape sequences first, while their introducer is still there.
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u001b\u009b]\[?[0-?]*[ -/]*[@-~]/g, '')
    .replace(/\s+/gu, ' ')
    // Cc control, Cf format (bidi, zero width, tags), Co private use, Cn unassigned, and the replacement character.
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\ufffd]/gu, '')
    .replace(/\p{Variation_Selector}/gu, '')
    // A host that renders Markdown would fetch `![…](https://…)`, and tell that address what it likes.
    .replace(/\]\(/g, '] (')
    .trim();
  const letters = Array.from(clean);
  return letters.length <= limit ? clean : `${letters.slice(0, limit - 1).join('')}…`;
}
