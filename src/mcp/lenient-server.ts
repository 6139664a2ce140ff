import { isRecord } from '../shared/text/json.ts';
import {
  SERVER_INFO_META_KEY,
  Server,
  type Implementation,
  type JSONRPCRequest,
  type ServerOptions,
} from '@modelcontextprotocol/server';

type Handler = Parameters<Server['_wrapHandler']>[1];

/**
 * The SDK's server with three changes. It takes the arguments of `tools/call` as clients send them: null, empty text and JSON
 * text too; the SDK checks requests before a handler sees them, so that they are read here, before its check. And it puts
 * its name alone into the results of 2026-07-28, into which the SDK would put icon and description every time. And it
 * tells wrong parameters in a sentence (`wrong-params.ts`).
 */
export class LenientServer extends Server {
  readonly #signature: Readonly<Record<string, unknown>>;

  constructor(info: Implementation, options: ServerOptions) {
    super(info, options);
    const { name, title, version } = info;
    this.#signature = { [SERVER_INFO_META_KEY]: { name, version, ...(title !== undefined && { title }) } };
  }

  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const wrapped = explaining(method, super._wrapHandler(method, handler));
    if (method === 'initialize' || method === 'server/discover') return wrapped;
    return async (request, context) => {
      const result = await wrapped(method === 'tools/call' ? await withObject(request) : request, context);
      if (context.mcpReq.envelope === undefined) return result;
      return { ...result, _meta: { ...this.#signature, ...result._meta } };
    };
  }
}

/** Wrong parameters are told in a sentence. What explains them is loaded on first use. */
function explaining(method: string, handler: Handler): Handler {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (error) {
      throw (await import('./wrong-params.ts')).explained(method, error);
    }
  };
}

/** @throws ProtocolError "Invalid params" for a name that is no text, and for arguments that are no object in any form */
async function withObject(request: JSONRPCRequest): Promise<JSONRPCRequest> {
  const { name, arguments: given = {} } = request.params ?? {};
  if (typeof name === 'string' && isRecord(given)) return request;
  return (await import('./calls/odd-call.ts')).withArguments(request);
}
