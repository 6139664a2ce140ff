import { isJSONRPCNotification, type RequestId } from '@modelcontextprotocol/server';
import { isRecord } from '../../shared/text/json.ts';

/** Id of the request that a message takes back by `notifications/cancelled`; undefined for every other message. */
export function cancelledId(message: unknown): RequestId | undefined {
  if (!isRecord(message) || message['method'] !== 'notifications/cancelled') return undefined;
  const id = isJSONRPCNotification(message) ? message.params?.['requestId'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

/**
 * Words by which clients say that they gave up waiting: "Request timed out" and "MCP error -32001" (SDKs for TypeScript,
 * Python, Kotlin), "request timeout" (Rust), "context deadline exceeded" (Go), "TimeoutError" (`AbortSignal.timeout`).
 */
const TIMEOUT = /time[sd]?[\s_-]*out|-32001|deadline|took too long|no (?:response|answer) (?:with)?in/i;

/**
 * Whether the client has taken this request back with a `notifications/cancelled` (MCP specification, "Cancellation") that
 * is no time-out: a client that gave up waiting still wants the work, and repeats the call. The SDK aborts the request
 * with the reason of the notification; without one the reason is an `AbortError`. The end of a connection aborts it with
 * an error of the SDK, and takes nothing back.
 */
export function isTakenBack({ aborted, reason }: AbortSignal): boolean {
  if (!aborted) return false;
  if (typeof reason === 'string') return !TIMEOUT.test(reason);
  return reason instanceof DOMException && reason.name === 'AbortError';
}
