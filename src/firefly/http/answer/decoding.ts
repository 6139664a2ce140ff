import { pipeline, Readable, type Transform } from 'node:stream';
import zlib, { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { BEGINNING_BYTES, beginsAsResult } from './beginnings.ts';
import { codingsIn, isGzip, MOST_CODINGS } from './codings.ts';

/** Content codings (RFC 9110 section 8.4.1) that storage or a proxy may apply although `identity` was requested. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  // Node 22.15 and newer.
  ...('createZstdDecompress' in zlib ? ([['zstd', () => zlib.createZstdDecompress()]] as const) : []),
]);

/** A body in a coding that is not known; its code counts like those of zlib. */
class UnknownCoding extends Error {
  readonly code = 'Z_UNKNOWN_CODING';
}

/** A decoded body; `received` is the number of bytes from the wire so far, before decoding. */
interface DecodedBody {
  readonly chunks: AsyncIterable<unknown>;
  readonly received: () => number;
}

/**
 * Decodes a body as a stream, so that the reader can stop at any size. A body that begins as a picture is one, whatever
 * coding is named, and a gzip that no header names is known by how it begins. The iteration throws for bytes that do not
 * decode, and for an unknown coding. The `decompress` interceptor of undici does not fit: it hides the number of received
 * bytes, by which truncated bodies are detected, and passes unknown codings on undecoded.
 */
export function decode(body: Readable, coding: string | string[] | undefined): DecodedBody {
  let received = 0;
  async function* counted(): AsyncGenerator<unknown> {
    for await (const chunk of body) {
      received += chunk instanceof Uint8Array ? chunk.length : 0;
      yield chunk;
    }
  }
  async function* whole(): AsyncGenerator<unknown> {
    try {
      yield* decoded(counted(), codingsIn(coding));
    } finally {
      // A body that is left unread would hold its connection open; undici emits an error for that.
      body.on('error', () => undefined).destroy();
    }
  }
  return { chunks: whole(), received: () => received };
}

async function* decoded(chunks: AsyncGenerator<unknown>, named: readonly string[]): AsyncGenerator<unknown> {
  const { head, rest } = await peeked(chunks);
  const codings = beginsAsResult(head) ? [] : named.length === 0 && isGzip(head) ? ['gzip'] : named;
  if (codings.length > MOST_CODINGS) throw new UnknownCoding();
  let source: AsyncIterable<unknown> = rest;
  for (const name of codings) {
    const decoder = DECODERS.get(name)?.();
    if (!decoder) throw new UnknownCoding();
    // Errors surface where the decoder is read.
    pipeline(Readable.from(source), decoder, () => undefined);
    source = decoder;
  }
  yield* source;
}

/** The first bytes of a body, and all of it. */
async function peeked(chunks: AsyncGenerator<unknown>) {
  const before: unknown[] = [];
  let head = Buffer.alloc(0);
  while (head.length < BEGINNING_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    before.push(next.value);
    if (next.value instanceof Uint8Array) head = Buffer.concat([head, next.value.subarray(0, BEGINNING_BYTES)]);
  }
  async function* rest(): AsyncGenerator<unknown> {
    yield* before;
    yield* chunks;
  }
  return { head, rest: rest() };
}
