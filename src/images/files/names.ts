/** Longest file name that we write, bytes of UTF-8; common file systems stop at 255, some archives far earlier. */
export const LONGEST_NAME_BYTES = 120;

/** Names that Windows keeps for devices, whatever the ending ("Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;
/** Separators and characters that Windows forbids, and everything invisible or direction-changing. */
const FORBIDDEN = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{VS}]+/gu;

/**
 * One file or folder name that is safe on every platform: no separators, nothing reserved, no leading or trailing dot,
 * blank or dash, in NFC, at most `maxBytes` of UTF-8. Empty when nothing is left.
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

/** A short name made of the words of a text, such as a prompt: "a-red-fox-in-snow". */
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

/** The longest beginning of whole characters that fits. */
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
