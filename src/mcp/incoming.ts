import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  ProtocolErrorCode,
  type JSONRPCMessage,
} from '@modelcontextprotocol/server';
import { isRecord } from '../shared/text/json.ts';
import { fault, idOf, isRequestId, type Fault } from './fault.ts';
import type { ReadJson } from './read-json.ts';

// The SDK drops what its schemas refuse without an answer. So messages are read here first: what serializers write and
// cannot mean anything else is taken (nulls, marks around a message, further members), all other faults are named.

/** Most messages of a batch. */
const MOST_MESSAGES = 100;
/** Longest message that is no call: a session keeps what it was opened with, and only calls bring pictures and masks. */
const MOST_BYTES = 64 * 1024;
/** Longest name of a method; those of MCP have less than fifty characters. */
const LONGEST_METHOD = 200;
/** The only revision with JSON-RPC batches (MCP 2025-03-26, "Batching"; removed in 2025-06-18). */
const REVISION_WITH_BATCHES = '2025-03-26';

/** A message for the SDK, or what is wrong with it. */
export type Incoming = { readonly message: JSONRPCMessage } | { readonly fault: Fault };

/** The messages of a parsed text: one, or those of a batch where the negotiated revision has batches. */
export function readMessages(read: ReadJson, revision: string | undefined): readonly Incoming[] {
  const { value } = read;
  if (!Array.isArray(value)) return [refusedAs(read, readMessage(value))];
  const refused = refusalOfBatch(value, revision) ?? read.refused;
  if (refused === undefined) return value.map((part) => notInBatch(part) ?? readMessage(part));
  const ids = value.map((part) => (isRecord(part) && 'method' in part ? idOf(part) : null)).filter((id) => id !== null);
  // Each request of a batch waits for an answer of its own.
  return (ids.length === 0 ? [null] : ids.slice(0, MOST_MESSAGES)).map((id) => ({
    fault: fault(ProtocolErrorCode.InvalidRequest, refused, id),
  }));
}

/** The message itself, or its fault where its text is refused as a whole. */
function refusedAs({ refused, bytes }: ReadJson, incoming: Incoming): Incoming {
  if ('fault' in incoming) return incoming;
  const { message } = incoming;
  const method = 'method' in message ? message.method : undefined;
  const why = refused ?? (bytes > MOST_BYTES && method !== 'tools/call' ? tooLong(bytes) : undefined);
  if (why === undefined) return incoming;
  return {
    fault: fault(
      ProtocolErrorCode.InvalidParams,
      why,
      method !== undefined && 'id' in message ? message.id : undefined,
    ),
  };
}

function tooLong(bytes: number): string {
  return `This message has ${bytes} bytes; the limit is ${MOST_BYTES} of all but calls of tools.`;
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
  if (method.length > LONGEST_METHOD) return invalid(`"method" has at most ${LONGEST_METHOD} characters.`, id);
  const isNotification = value['id'] === undefined || (value['id'] === null && method.startsWith('notifications/'));
  if (!isNotification && !isRequestId(value['id'])) return invalid('"id" must be a text or a whole number.', id);
  const params = readParams(value['params'], method);
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
  if (error === undefined || error === null)
    return { message: { jsonrpc, id, result: isRecord(result) ? withoutNulls(result) : {} } };
  // With an error of any form beside it a result is none: it may be a yes to spending.
  const { code, message, data }: Readonly<Record<string, unknown>> = isRecord(error) ? error : {};
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

/** Without members that are null, at any depth: serializers write them for what is left out. */
function readParams(params: unknown, method: string): { params?: Record<string, unknown> } | { wrong: string } {
  if (params === undefined || params === null) return {};
  if (!isRecord(params)) return { wrong: '"params" must be an object.' };
  // The tools read their arguments themselves, and what is null there.
  const { arguments: given, ...others } = params;
  const read = method === 'tools/call' ? { ...withoutNulls(others), arguments: given } : withoutNulls(params);
  // Who left it out has none.
  if (method === 'initialize') read['capabilities'] ??= {};
  const { _meta: meta } = read;
  if (meta === undefined) return { params: read };
  if (!isRecord(meta)) return { wrong: '"_meta" must be an object.' };
  const { progressToken } = meta;
  if (progressToken !== undefined && !isRequestId(progressToken)) {
    return { wrong: '"progressToken" must be a text or a whole number.' };
  }
  return { params: read };
}

function withoutNulls(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(members).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, isRecord(value) ? withoutNulls(value) : value]));
}

function invalid(message: string, id: Fault['id']): Incoming {
  return { fault: fault(ProtocolErrorCode.InvalidRequest, message, id) };
}
