import { ProtocolError, ProtocolErrorCode, type JSONRPCRequest } from '@modelcontextprotocol/server';
import { isRecord } from '../../shared/text/json.ts';
import { readSentJson } from '../../shared/text/scan-json.ts';

/**
 * A call with an object as its arguments, where they came as null, empty text or JSON text.
 * @throws ProtocolError "Invalid params" for a name that is no text, and for arguments that are no object in any form
 */
export function withArguments(request: JSONRPCRequest): JSONRPCRequest {
  const { params } = request;
  if (typeof params?.['name'] !== 'string') {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'A call has the name of its tool, a text, as "name".');
  }
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
  const { value, refused } = readSentJson(given);
  if (refused !== undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, refused);
  return value;
}
