import type { RequestId } from '@modelcontextprotocol/server';
import { isRecord } from '../../shared/text/json.ts';

/**
 * The id of the request that a message cancels (MCP specification, "Cancellation"); undefined for any other message, and
 * for one of that name that waits for an answer itself, which the SDK refuses as an unknown request.
 */
export function cancelledRequest(message: unknown): RequestId | undefined {
  if (!isRecord(message) || message['method'] !== 'notifications/cancelled' || 'id' in message) return undefined;
  const id = isRecord(message['params']) ? message['params']['requestId'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
