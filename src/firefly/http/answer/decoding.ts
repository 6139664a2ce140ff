import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Content codings (RFC 9110 section 8.4.1) that storage or a proxy may apply although `identity` was requested. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** A decoded body; `received` is the number of bytes from the wire so far, before decoding. */
interface DecodedBody {
  readonly chunks: AsyncIterable<unknown>;
  readonly received: () => number;
}

/**
 * Decodes a body as a stream, so that the reader can stop at any size. Undefined for an unknown coding. The iteration
 * throws for bytes that do not decode. The `decompress` interceptor of undici does not fit: it hides the number of
 * received bytes, by which truncated bodies are detected, and passes unknown codings on undecoded.
 */
export function decode(body: Readable, coding: string | string[] | undefined): DecodedBody | undefined {
  let received = 0;
  async function* counted(): AsyncGenerator<unknown> {
    for await (const chunk of body) {
      received += chunk instanceof Uint8Array ? chunk.length : 0;
      yield chunk;
    }
  }
  const name = (Array.isArray(coding) ? coding.join(',') : (coding ?? 'identity')).trim().toLowerCase();
  if (name === 'identity' || name === '') return { chunks: counted(), received: () => received };
  const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name]?.() : undefined;
  if (!decoder) return undefined;
  // Errors surface where the decoder is read.
  pipeline(Readable.from(counted()), decoder, () => undefined);
  return { chunks: decoder, received: () => received };
}
