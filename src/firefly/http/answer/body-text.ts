import zlib, { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { codingsIn, isGzip, MOST_CODINGS } from './codings.ts';

type Decoder = (bytes: Uint8Array, most: number) => Uint8Array;

/** What a body that was cut off holds up to there is still worth reading: it may name a paid job. */
const partly = (most: number) => ({ finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most });

const gunzip: Decoder = (bytes, most) => gunzipSync(bytes, partly(most));

/** Content codings (RFC 9110 section 8.4.1) that a gateway or proxy may apply although none was asked for. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflated],
  [
    'br',
    (bytes: Uint8Array, most: number) =>
      brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: most }),
  ],
  // Node 22.15 and newer.
  ...('zstdDecompressSync' in zlib
    ? [
        [
          'zstd',
          (bytes: Uint8Array, most: number) => zlib.zstdDecompressSync(bytes, { maxOutputLength: most }),
        ] as const,
      ]
    : []),
]);

/**
 * The text of an answer of the API: decoded, in UTF-8 or UTF-16, without a mark. A body that does not
 * decode, or to more than `mostBytes`, is read as it came: a coding that is named and was not applied loses no handle.
 * Never throws.
 * @param coding the header `Content-Encoding`
 */
export function bodyText(bytes: Uint8Array, coding: string | string[] | undefined, mostBytes: number): string {
  return asText(decoded(bytes, codingsIn(coding), mostBytes) ?? bytes);
}

/** A gzip that no header names is known by how it begins. */
function decoded(bytes: Uint8Array, codings: readonly string[], mostBytes: number): Uint8Array | undefined {
  const named = codings.length === 0 && isGzip(bytes) ? ['gzip'] : codings;
  if (named.length > MOST_CODINGS) return undefined;
  try {
    return named.reduce((before, name) => DECODERS.get(name)?.(before, mostBytes) ?? before, bytes);
  } catch {
    return undefined;
  }
}

/** `deflate` is the zlib format; some servers send the raw one. */
function inflated(bytes: Uint8Array, most: number): Uint8Array {
  try {
    return inflateSync(bytes, partly(most));
  } catch {
    return inflateRawSync(bytes, partly(most));
  }
}

function asText(bytes: Uint8Array): string {
  const [first, second, third, fourth] = bytes;
  // Without a mark, the zeros tell: JSON begins with ASCII.
  const isLittle = (first === 0xff && second === 0xfe) || (first && second === 0 && third && fourth === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second && third === 0 && fourth);
  if (isLittle) return new TextDecoder('utf-16le').decode(bytes);
  if (isBig) return new TextDecoder('utf-16be').decode(bytes);
  // `TextDecoder` leaves a mark out, with which JSON would not parse.
  return new TextDecoder().decode(bytes);
}
