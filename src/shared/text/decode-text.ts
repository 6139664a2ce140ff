import { isUtf8 } from 'node:buffer';

/** A text, or why bytes are none: a clause that follows "this file". */
export type DecodedText = { readonly text: string } | { readonly problem: string };

/**
 * Decodes UTF-8, or UTF-16 with or without a byte order mark, as PowerShell 5 writes it. Nothing is guessed beyond that and
 * nothing replaced: a wrong character in a prompt would be paid for.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (isUtf32(bytes)) return { problem: 'is UTF-32' };
  const encoding = utf16Of(bytes);
  if (encoding !== undefined) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
    } catch {
      return { problem: 'is broken UTF-16' };
    }
  }
  if (isUtf8(bytes)) return { text: new TextDecoder('utf-8').decode(bytes) };
  return { problem: `is not UTF-8 (line ${brokenLine(bytes)})` };
}

/** By its mark, which begins with the one of UTF-16. */
function isUtf32(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return (a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff);
}

/** By its mark; else by the zeros that Latin letters and punctuation have in one half of each unit. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && second !== 0) ? 'utf-16be' : undefined;
}

/** Number of the first line that is not UTF-8. */
function brokenLine(bytes: Uint8Array): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(from, to))) return line;
    from = to + 1;
  }
  return line;
}
