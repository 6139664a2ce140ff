import type { IncomingMessage } from 'node:http';

/** A request's body, or the news that it is longer than anybody may send. */
export type Received = { readonly kind: 'whole'; readonly body: Buffer } | { readonly kind: 'too-long' };

/** Longest JSON body. Adobe does not publish its limit; prompts and a few links never come near this one. */
const LONGEST_JSON = 1024 * 1024;
/** How much of a body that is too long is read and thrown away, so that its sender gets to see the answer. */
const MOST_IGNORED = 64 * 1024 * 1024;

/**
 * Reads a body to its end: an answer in the middle would be lost to many clients. What comes after the limit is not kept.
 * @throws Error when the client goes away in the middle, or does not come to an end
 */
export async function receiveBody(request: IncomingMessage, longest: number = LONGEST_JSON): Promise<Received> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= longest) chunks.push(chunk);
    if (length > longest + MOST_IGNORED) throw new Error('the body does not end');
  }
  return length > longest ? { kind: 'too-long' } : { kind: 'whole', body: Buffer.concat(chunks) };
}
