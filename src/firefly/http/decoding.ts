import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Content codings of RFC 9110 §8.4.1 that storage or a proxy may apply although `identity` was asked for. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** A body as it was before its coding, and how many bytes came over the wire so far. */
export interface DecodedBody {
  readonly chunks: AsyncIterable<unknown>;
  readonly received: () => number;
}

/**
 * Undoes a content coding as the body comes in, so that whoever reads can stop at any size. Undefined for a coding that
 * is not known. Bytes that do not decode make the iteration throw. The `decompress` interceptor of undici would hide how
 * many bytes came over the wire, by which a body that was cut short is told, and hands unknown codings on undecoded.
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
  // What breaks is thrown where the decoder is read.
  pipeline(Readable.from(counted()), decoder, () => undefined);
  return { chunks: decoder, received: () => received };
}
