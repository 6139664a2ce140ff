import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** The three origins, as at Adobe: gateway (and here IMS), the shard that runs a job, the storage of results. */
export type OriginName = 'api' | 'shard' | 'storage';

/** One request as it came in. */
export interface Call {
  readonly origin: OriginName;
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: ReceivedBody;
}

/** A body of at most `MAX_BODY_BYTES`; what is over is counted and dropped. */
export interface ReceivedBody {
  readonly text: string;
  readonly tooLarge: boolean;
}

/** Over this a JSON request is answered with 413. Adobe gives no figure. */
export const MAX_BODY_BYTES = 1_000_000;

/**
 * Reads a body to its end.
 * @throws Error when the client goes away before that
 */
export async function readBody(request: IncomingMessage): Promise<ReceivedBody> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  const tooLarge = bytes > MAX_BODY_BYTES;
  return { text: tooLarge ? '' : Buffer.concat(chunks).toString('utf8'), tooLarge };
}

/** One header as one text; undefined where it is absent. */
export function header(call: Pick<Call, 'headers'>, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
