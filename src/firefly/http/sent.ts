import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { DiagnosticsChannel } from 'undici';

/** Channel of undici's event right before it writes the head of a request to the socket. */
const CHANNEL = 'undici:client:sendHeaders';

/** Identifies one request among all others; a proxy's CONNECT has another method and no request id. */
interface RequestKey {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** Value of `x-request-id`. */
  readonly requestId: string;
}

/** Observes whether a request was sent. */
interface SentWatch extends Disposable {
  sent(): boolean;
}

/**
 * Watches for the moment from which a request may have reached the server. While `sent()` is false, no byte of it was
 * written, so a retry is safe. To be disposed when the request has ended.
 */
export function watchSent(key: RequestKey): SentWatch {
  let sent = false;
  const onHeaders = (message: unknown) => {
    if (isSendHeaders(message) && matchesKey(message.request, key)) sent = true;
  };
  subscribe(CHANNEL, onHeaders);
  return { sent: () => sent, [Symbol.dispose]: () => void unsubscribe(CHANNEL, onHeaders) };
}

function isSendHeaders(message: unknown): message is DiagnosticsChannel.ClientSendHeadersMessage {
  return typeof message === 'object' && message !== null && 'request' in message;
}

/** undici 7 stores the headers of a request as a flat list of names and values. */
function matchesKey(request: DiagnosticsChannel.Request, key: RequestKey): boolean {
  if (request.method !== key.method || request.path !== key.path) return false;
  const headers: unknown = request.headers;
  if (!Array.isArray(headers)) return false;
  return headers.some(
    (name, at) => at % 2 === 0 && String(name).toLowerCase() === 'x-request-id' && headers[at + 1] === key.requestId,
  );
}
