import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { DiagnosticsChannel } from 'undici';

/** undici publishes here right before it writes a request's head to the socket. */
const CHANNEL = 'undici:client:sendHeaders';

/** One request, as it is told from all others: a proxy's CONNECT has another method and no request id. */
export interface RequestMark {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** Value of `x-request-id`. */
  readonly requestId: string;
}

/** Whether one request has begun to leave. */
export interface SentWatch extends Disposable {
  sent(): boolean;
}

/**
 * Watches for the moment from which a request may have reached the other side. As long as `sent()` is false, no byte of
 * it was written: it is safe to send it again. Dispose it when the request has ended.
 */
export function watchSent(mark: RequestMark): SentWatch {
  let sent = false;
  const onHeaders = (message: unknown) => {
    if (isSendHeaders(message) && isMarked(message.request, mark)) sent = true;
  };
  subscribe(CHANNEL, onHeaders);
  return { sent: () => sent, [Symbol.dispose]: () => void unsubscribe(CHANNEL, onHeaders) };
}

function isSendHeaders(message: unknown): message is DiagnosticsChannel.ClientSendHeadersMessage {
  return typeof message === 'object' && message !== null && 'request' in message;
}

/** undici 7 keeps a request's headers as a flat list of names and values. */
function isMarked(request: DiagnosticsChannel.Request, mark: RequestMark): boolean {
  if (request.method !== mark.method || request.path !== mark.path) return false;
  const headers: unknown = request.headers;
  if (!Array.isArray(headers)) return false;
  return headers.some(
    (name, at) => at % 2 === 0 && String(name).toLowerCase() === 'x-request-id' && headers[at + 1] === mark.requestId,
  );
}
