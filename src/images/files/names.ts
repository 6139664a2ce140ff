/** Longest file name that is written, bytes of UTF-8. Common file systems allow 255, some archives far less. */
export const LONGEST_NAME_BYTES = 120;

/** Names that Windows reserves for devices, with any ending (Microsoft, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;
/** Separators, characters that Windows forbids, and those that are invisible or change the direction of text. */
const FORBIDDEN = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{VS}]+/gu;

/**
 * Makes a text one file or folder name that is safe on every platform: no separators, nothing reserved, no dot, blank or
 * dash at its ends, in NFC, at most `maxBytes` of UTF-8. Empty where nothing is left.
 */
export function safeName(text: string, maxBytes: number = LONGEST_NAME_BYTES): string {
  const plain = text
    .slice(0, 4096)
    .toWellFormed()
    .normalize('NFC')
    .replace(FORBIDDEN, '-')
    .replace(/\s+/gu, ' ')
    .replace(/-{2,}/g, '-');
  const name = trimmed(cut(trimmed(plain), maxBytes));
  const stem = name.split('.', 1)[0] ?? '';
  return RESERVED.test(stem.trim()) ? cut(`_${name}`, maxBytes) : name;
}

/** A short name of the words of a text, such as a prompt: "a-red-fox-in-snow". At most `maxBytes` of UTF-8. */
export function slug(text: string, maxBytes: number): string {
  const words =
    text
      .slice(0, 2000)
      .toWellFormed()
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return trimmed(cut(words.join('-'), maxBytes));
}

function trimmed(text: string): string {
  return text.replace(/^[\s.-]+|[\s.-]+$/gu, '');
}

/** The longest prefix of whole characters that has at most `maxBytes`. */
function cut(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const kept: string[] = [];
  let bytes = 0;
  for (const letter of text) {
    bytes += Buffer.byteLength(letter);
    if (bytes > maxBytes) break;
    kept.push(letter);
  }
  return kept.join('');
}
