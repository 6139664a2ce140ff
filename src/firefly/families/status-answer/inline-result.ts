import { beginsAsResult } from '../../http/answer/beginnings.ts';

const DATA_URI = /^data:([^,]{0,200}),/i;
/** Characters of base64 by which a file is told. */
const HEAD = 24;
/** Shorter texts hold no picture. */
const LEAST = 40;

/**
 * Whether a text is a result itself, in place of a link to it: a `data:` URI, or the base64 of a file of a known kind. A
 * picture is told from other texts by how it begins, never by its key.
 */
export function isInline(text: string): boolean {
  const start = text.slice(0, 256).trimStart();
  if (DATA_URI.test(start)) return true;
  if (text.length < LEAST) return false;
  const head = start.replace(/\s/g, '').slice(0, HEAD);
  return /^[\w+/-]+$/.test(head) && beginsAsResult(Buffer.from(head, 'base64'));
}

/** The bytes of a text that `isInline`: at most three for each four of its characters. */
export function inlineBytes(text: string): Uint8Array {
  const start = text.trimStart();
  const [whole, about = ''] = DATA_URI.exec(start) ?? [];
  if (whole === undefined) return Buffer.from(start, 'base64');
  const content = start.slice(whole.length);
  // Percent signs are written in base64 too, for its `+`, `/` and `=`.
  const plain = content.includes('%') ? content.replace(/%([\da-f]{2})/gi, fromHex) : content;
  return Buffer.from(plain, /;\s*base64\s*$/i.test(about) ? 'base64' : 'latin1');
}

function fromHex(_text: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}
