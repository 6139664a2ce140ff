import { ProtocolErrorCode, type JSONRPCErrorResponse, type RequestId } from '@modelcontextprotocol/server';
import { isRecord } from '../shared/text/json.ts';

/** A message that cannot be processed. */
export interface Fault {
  readonly code: number;
  readonly message: string;
  /** Id of the request; null where it has none that can be read; undefined for what must not be answered, such as a response. */
  readonly id: RequestId | null | undefined;
}

/** A fault as the response to its request; id null where that is unknown (JSON-RPC 2.0, "Response object"). */
export function errorResponse({ code, message, id }: Fault): JSONRPCErrorResponse {
  // The SDK's type has no null, which JSON-RPC requires here.
  return { jsonrpc: '2.0', id: (id ?? null) as RequestId, error: { code, message } };
}

/**
 * Refuses a request whose id another open request of its connection has (MCP, "Requests": a requestor uses no id again).
 * The refusal is an answer, since each request waits for one; the request that has the id already goes on.
 */
export function idInUse(id: RequestId): Fault {
  const message = 'Another request with this id is still open. Give each request an id of its own.';
  return fault(ProtocolErrorCode.InvalidRequest, message, id);
}

/** A fault. */
export function fault(code: number, message: string, id: Fault['id']): Fault {
  return { code, message, id };
}

/** The id of what may be a message; null where it has none that can be read. */
export function idOf(value: unknown): RequestId | null {
  return isRecord(value) && isRequestId(value['id']) ? value['id'] : null;
}

/** MCP, `RequestId` and `ProgressToken`. */
export function isRequestId(id: unknown): id is RequestId {
  return typeof id === 'string' || Number.isSafeInteger(id);
}
