import { ProtocolErrorCode } from '@modelcontextprotocol/server';
import { readSentJson } from '../shared/text/scan-json.ts';
import { fault, idOf, type Fault } from './fault.ts';
import { countLong } from './long-messages.ts';
import { requestIdIn } from './request-id.ts';

/** A parsed message or batch. */
export interface ReadJson {
  readonly value: unknown;
  /** Why it is refused although it is valid JSON: a sentence. */
  readonly refused: string | undefined;
  readonly bytes: number;
}

/**
 * Parses the bytes of one message or batch, which UTF-8 marks, NULs and white space may surround; undefined for nothing else.
 * What would take much memory is refused before it is parsed.
 */
export function readJson(bytes: Uint8Array): ReadJson | { readonly fault: Fault } | undefined {
  countLong(bytes.length);
  const decoded = decode(bytes);
  const text = withoutPadding(decoded.text);
  if (text === '') return undefined;
  const { value, refused } = readSentJson(text);
  if (!decoded.isUtf8) return { fault: fault(ProtocolErrorCode.ParseError, 'This message is not UTF-8.', idOf(value)) };
  if (value !== undefined) return { value, refused: refused && `${refused} Nothing was done.`, bytes: bytes.length };
  if (refused !== undefined) {
    return { fault: fault(ProtocolErrorCode.InvalidRequest, refused, requestIdIn(text) ?? null) };
  }
  return {
    fault: fault(ProtocolErrorCode.ParseError, 'This is not one whole JSON value: a message is sent whole.', null),
  };
}

function decode(bytes: Uint8Array): { readonly text: string; readonly isUtf8: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), isUtf8: true };
  } catch {
    return { text: new TextDecoder().decode(bytes), isUtf8: false };
  }
}

/** Without what may surround a message. By hand: an expression for the end of a text takes time with the square of its blanks. */
function withoutPadding(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isPadding(text.charCodeAt(start))) start += 1;
  while (end > start && isPadding(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** White space, the mark of UTF-8 and NUL. */
function isPadding(code: number): boolean {
  if (code < 0x7f) return code === 0x20 || code === 0 || (code >= 0x09 && code <= 0x0d);
  return /[\s\uFEFF]/u.test(String.fromCharCode(code));
}
