import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  ProtocolErrorCode,
  type JSONRPCErrorResponse,
  type JSONRPCMessage,
  type RequestId,
} from '@modelcontextprotocol/server';
import { isRecord } from '../shared/text/json.ts';

// The SDK drops what its schemas refuse without an answer. So messages are read here first: what serializers write and
// cannot mean anything else is taken (nulls, marks around a message, further members), all other faults are named.

/** Most messages of a batch. */
const MOST_MESSAGES = 100;
/** The only revision with JSON-RPC batches (MCP 2025-03-26, "Batching"; removed in 2025-06-18). */
const REVISION_WITH_BATCHES = '2025-03-26';

/** A message that cannot be processed. */
export interface Fault {
  readonly code: number;
  readonly message: string;
  /** Id of the request; null where it has none that can be read; undefined for what must not be answered, such as a response. */
  readonly id: RequestId | null | undefined;
}

/** A message for the SDK, or what is wrong with it. */
export type Incoming = { readonly message: JSONRPCMessage } | { readonly fault: Fault };

/** Parses the text of one message or batch, which UTF-8 marks, NULs and white space may surround; undefined for nothing else. */
export function readJson(bytes: Uint8Array): { readonly value: unknown } | { readonly fault: Fault } | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const { value } = parse(new TextDecoder().decode(bytes));
    return { fault: fault(ProtocolErrorCode.ParseError, 'This message is not UTF-8.', idOf(value)) };
  }
  const trimmed = text.replace(/^[\s\uFEFF\0]+|[\s\uFEFF\0]+$/gu, '');
  if (trimmed === '') return undefined;
  const { value } = parse(trimmed);
  if (value !== undefined) return { value };
  return {
    fault: fault(ProtocolErrorCode.ParseError, 'This is not one whole JSON value: a message is sent whole.', null),
  };
}

/** The messages of a parsed text: one, or those of a batch where the negotiated revision has batches. */
export function readMessages(value: unknown, revision: string | undefined): readonly Incoming[] {
  if (!Array.isArray(value)) return [readMessage(value)];
  const refused = refusalOfBatch(value, revision);
  if (refused === undefined) return value.map((part) => notInBatch(part) ?? readMessage(part));
  const ids = value.map((part) => (isRecord(part) && 'method' in part ? idOf(part) : null)).filter((id) => id !== null);
  // Each request of a batch waits for an answer of its own.
  return (ids.length === 0 ? [null] : ids.slice(0, MOST_MESSAGES)).map((id) => ({
    fault: fault(ProtocolErrorCode.InvalidRequest, refused, id),
  }));
}

function refusalOfBatch(batch: readonly unknown[], revision: string | undefined): string | undefined {
  if (batch.length === 0) return 'This batch is empty.';
  if (batch.length > MOST_MESSAGES) return `A batch has at most ${MOST_MESSAGES} messages.`;
  return revision === REVISION_WITH_BATCHES
    ? undefined
    : `Batches exist in the protocol revision ${REVISION_WITH_BATCHES} only. Send each message by itself.`;
}

/** MCP 2025-03-26, "Initialization": the initialize request must not be part of a batch. */
function notInBatch(part: unknown): Incoming | undefined {
  if (!isRecord(part) || part['method'] !== 'initialize') return undefined;
  return { fault: fault(ProtocolErrorCode.InvalidRequest, 'initialize cannot be part of a batch.', idOf(part)) };
}

/** Reads one message. */
function readMessage(value: unknown): Incoming {
  if (!isRecord(value)) return invalid('A message is a JSON object.', null);
  const { jsonrpc, method } = value;
  if (method === undefined || method === null) return readResponse(value);
  const id = idOf(value);
  if (jsonrpc !== '2.0') return invalid('"jsonrpc" must be "2.0".', id);
  if (typeof method !== 'string') return invalid('"method" must be a text.', id);
  const isNotification = value['id'] === undefined || (value['id'] === null && method.startsWith('notifications/'));
  if (!isNotification && !isRequestId(value['id'])) return invalid('"id" must be a text or a whole number.', id);
  const params = readParams(value['params']);
  if ('wrong' in params) {
    return { fault: fault(ProtocolErrorCode.InvalidParams, params.wrong, isNotification ? undefined : id) };
  }
  const message = { jsonrpc, ...(!isNotification && { id }), method, ...params };
  if (isJSONRPCRequest(message) || isJSONRPCNotification(message)) return { message };
  return {
    fault: fault(
      ProtocolErrorCode.InvalidParams,
      '"params" has a member of a wrong type.',
      isNotification ? undefined : id,
    ),
  };
}

/** A response is never answered, not even a faulty one: two programs could go on answering each other for ever. */
function readResponse({ jsonrpc, id, result, error }: Readonly<Record<string, unknown>>): Incoming {
  const isResponse = result !== undefined || isRecord(error);
  if (!isResponse)
    return invalid('A message needs a "method", or is the response to a request.', isRequestId(id) ? id : null);
  if (jsonrpc !== '2.0' || !isRequestId(id)) {
    return {
      fault: fault(ProtocolErrorCode.InvalidRequest, 'This response names no request of this server.', undefined),
    };
  }
  if (!isRecord(error)) return { message: { jsonrpc, id, result: isRecord(result) ? result : {} } };
  const { code, message, data } = error;
  return {
    message: {
      jsonrpc,
      id,
      error: {
        code: Number.isSafeInteger(code) ? Number(code) : ProtocolErrorCode.InternalError,
        message: typeof message === 'string' ? message : 'no reason was given',
        ...(data !== undefined && { data }),
      },
    },
  };
}

/** Without members that are null: serializers write them for what is left out. */
function readParams(params: unknown): { params?: Record<string, unknown> } | { wrong: string } {
  if (params === undefined || params === null) return {};
  if (!isRecord(params)) return { wrong: '"params" must be an object.' };
  const { _meta: meta, ...others } = params;
  if (meta === undefined || meta === null) return { params: others };
  if (!isRecord(meta)) return { wrong: '"_meta" must be an object.' };
  const { progressToken, ...rest } = meta;
  if (progressToken === undefined || progressToken === null) return { params: { ...others, _meta: rest } };
  if (!isRequestId(progressToken)) return { wrong: '"progressToken" must be a text or a whole number.' };
  return { params: { ...others, _meta: meta } };
}

/** A fault as the response to its request; id null where that is unknown (JSON-RPC 2.0, "Response object"). */
export function errorResponse({ code, message, id }: Fault): JSONRPCErrorResponse {
  // The SDK's type has no null, which JSON-RPC requires here.
  return { jsonrpc: '2.0', id: (id ?? null) as RequestId, error: { code, message } };
}

/**
 * Number of brackets that are still open after a line which goes on from `open` of them: a message over several lines is
 * refused once, not once a line. A JSON text has no line break within a string.
 */
export function openBrackets(line: string, open: number): number {
  const outside = line.replace(/"(?:[^"\\]|\\.)*"?/gu, '');
  let depth = open;
  for (const [bracket] of outside.matchAll(/[[\]{}]/gu)) depth += bracket === '{' || bracket === '[' ? 1 : -1;
  return Math.max(0, depth);
}

/**
 * Refuses a request whose id another open request of its connection has (MCP, "Requests": a requestor uses no id again).
 * The refusal is an answer, since each request waits for one; the request that has the id already goes on.
 */
export function idInUse(id: RequestId): Fault {
  const message = 'Another request with this id is still open. Give each request an id of its own.';
  return fault(ProtocolErrorCode.InvalidRequest, message, id);
}

function parse(text: string): { readonly value?: unknown } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return {};
  }
}

function invalid(message: string, id: Fault['id']): Incoming {
  return { fault: fault(ProtocolErrorCode.InvalidRequest, message, id) };
}

function fault(code: number, message: string, id: Fault['id']): Fault {
  return { code, message, id };
}

function idOf(value: unknown): RequestId | null {
  return isRecord(value) && isRequestId(value['id']) ? value['id'] : null;
}

/** MCP, `RequestId` and `ProgressToken`. */
function isRequestId(id: unknown): id is RequestId {
  return typeof id === 'string' || Number.isSafeInteger(id);
}
