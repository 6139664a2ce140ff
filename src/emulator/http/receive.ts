import type { IncomingMessage } from 'node:http';

/** A request's body, or the fact that it exceeds the limit. */
type Received = { readonly kind: 'whole'; readonly body: Buffer } | { readonly kind: 'too-long' };

/** Limit of a JSON body, bytes. Adobe does not publish its own; prompts and a few links stay far below this one. */
const LONGEST_JSON = 1024 * 1024;
/** Limit of a request to the control API, bytes. */
export const LONGEST_CONTROL = 64 * 1024;
/** Bytes beyond the limit that are read and discarded, so that the client receives the response. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/**
 * Reads a body to its end, since many clients lose a response that arrives before they have sent everything. Bytes
 * beyond the limit are discarded.
 * @throws Error when the client disconnects or the body exceeds even the discarded bytes
 */
export async function receiveBody(request: IncomingMessage, longest: number = LONGEST_JSON): Promise<Received> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= longest) chunks.push(chunk);
    if (length > longest + MAX_DISCARDED_BYTES) throw new Error('the body does not end');
  }
  return length > longest ? { kind: 'too-long' } : { kind: 'whole', body: Buffer.concat(chunks) };
}
