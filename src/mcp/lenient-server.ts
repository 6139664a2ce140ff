import { ProtocolError, ProtocolErrorCode, Server, type JSONRPCRequest } from '@modelcontextprotocol/server';
import { isRecord } from '../shared/text/json.ts';

type Handler = Parameters<Server['_wrapHandler']>[1];

/**
 * The SDK's server, which takes the arguments of `tools/call` as clients send them: null, empty text and JSON text too.
 * The SDK checks requests before a handler sees them, so that they are read here, before its check.
 */
export class LenientServer extends Server {
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const wrapped = super._wrapHandler(method, handler);
    return method === 'tools/call' ? async (request, context) => wrapped(withObject(request), context) : wrapped;
  }
}

/** @throws ProtocolError "Invalid params" for a name that is no text, and for arguments that are no object in any form */
function withObject(request: JSONRPCRequest): JSONRPCRequest {
  const { params } = request;
  if (typeof params?.['name'] !== 'string') {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'A call has the name of its tool, a text, as "name".');
  }
  if (!('arguments' in params) || isRecord(params['arguments'])) return request;
  const { arguments: given, ...rest } = params;
  const read = isNothing(given) ? {} : objectIn(given);
  if (isRecord(read)) return { ...request, params: { ...rest, arguments: read } };
  const kind = Array.isArray(given) ? 'a list' : typeof given === 'string' ? 'other text' : `a ${typeof given}`;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, `The arguments of a tool are an object, not ${kind}.`);
}

function isNothing(given: unknown): boolean {
  return given === null || given === undefined || given === '' || given === 'null';
}

function objectIn(given: unknown): unknown {
  if (typeof given !== 'string') return undefined;
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}
