import type { IncomingMessage } from 'node:http';

/** A request's body, or the news that it is longer than anybody may send. */
export type Received = { readonly kind: 'whole'; readonly body: Buffer } | { readonly kind: 'too-long' };

/** Longest JSON body. Adobe does not publish its limit; prompts and a few links never come near this one. */
const LONGEST_BODY = 1024 * 1024;

/**
 * Reads a body to its end. What comes after the limit is not kept.
 * @throws Error when the client goes away in the middle
 */
export async function receiveBody(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) return { kind: 'too-long' };
    chunks.push(chunk);
  }
  return { kind: 'whole', body: Buffer.concat(chunks) };
}
