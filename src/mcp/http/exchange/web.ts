import type { IncomingMessage, ServerResponse } from 'node:http';
import { drained } from './drained.ts';
import { EVENT_TYPE } from '../guards/accept.ts';

/** Something to send at once: Node holds the head of a response back until the first bytes, and clients wait for it. */
const FIRST_BYTES = ': open\n\n';
/** What even a slow client reads within a minute. */
const PART_BYTES = 64 * 1024;

/**
 * The request as the SDK reads it, without its body, which has been read and parsed: the SDK's own adapter would serialize
 * it again.
 */
export function toWebRequest({ method, url = '/', headers }: IncomingMessage): Request {
  const names: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) names.push([name, Array.isArray(value) ? value.join(', ') : value]);
  }
  return new Request(`http://localhost${url}`, { method: method ?? 'GET', headers: names });
}

/**
 * Sends a response as it comes; the head of an event stream at the latest with the next turn of the event loop. Resolves
 * once all is written or the client is gone, and never rejects. A stream whose client has gone is cancelled. Whether the
 * connection is kept is the request's word, not the SDK's: one with `Connection: close` waits for its end (RFC 9112, 9.6).
 */
export async function sendWebResponse(answer: Response, response: ServerResponse): Promise<void> {
  const { connection: _, ...headers } = Object.fromEntries(answer.headers);
  response.writeHead(answer.status, headers);
  if (answer.body === null) return void response.end();
  const pieces = answer.body.getReader();
  const leave = () => void pieces.cancel().catch(() => undefined);
  if (response.destroyed) return leave();
  response.once('close', leave);
  const isStream = answer.headers.get('content-type')?.startsWith(EVENT_TYPE) === true;
  const opening = isStream ? setImmediate(() => response.write(FIRST_BYTES)) : undefined;
  try {
    for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
      clearImmediate(opening);
      for (const part of parts(piece.value)) {
        if (response.destroyed) break;
        if (!response.write(part)) await drained(response);
      }
    }
  } catch {
    // The stream has failed, as it does when its server is closed. What was sent is whole messages.
  }
  clearImmediate(opening);
  response.off('close', leave);
  response.end();
}

/** Parts of which a slow client reads one in time, so that it is told from one that reads nothing (`unread-answers.ts`). */
function* parts(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PART_BYTES) yield bytes.subarray(from, from + PART_BYTES);
}
