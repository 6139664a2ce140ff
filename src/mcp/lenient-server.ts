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
 * text too; the SDK checks requests before a handler sees them, so that they are read here, before its check. It says in
 * words what the SDK's schemas refuse. And it puts its name alone into the results of 2026-07-28, into which the SDK would
 * put icon and description every time.
 */
export class LenientServer extends Server {
  readonly #signature: Readonly<Record<string, unknown>>;

  constructor(info: Implementation, options: ServerOptions) {
    super(info, options);
    const { name, title, version } = info;
    this.#signature = { [SERVER_INFO_META_KEY]: { name, version, ...(title !== undefined && { title }) } };
  }

  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const checked = super._wrapHandler(method, handler);
    const wrapped: Handler = (request, context) => checked(request, context).catch(throwInWords);
    if (method === 'initialize' || method === 'server/discover') return wrapped;
    return async (request, context) => {
      const result = await wrapped(method === 'tools/call' ? await withObject(request) : request, context);
      if (context.mcpReq.envelope === undefined) return result;
      return { ...result, _meta: { ...this.#signature, ...result._meta } };
    };
  }
}

async function withObject(request: JSONRPCRequest): Promise<JSONRPCRequest> {
  const { name, arguments: given = {} } = request.params ?? {};
  if (typeof name === 'string' && isRecord(given)) return request;
  const { withArguments } = await import('./calls/odd-call.ts');
  return withArguments(request);
}

async function throwInWords(error: unknown): Promise<never> {
  const { inWords } = await import('./answers/refused-params.ts');
  throw inWords(error);
}
