import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { withoutAbsentTools } from '../../render/absent-tools.ts';
import type { ResourceCall } from '../../resources/define.ts';
import { linkSignals } from '../../shared/time/abort.ts';
import { requireScope } from '../../shared/caller.ts';
import { Problem, toProblemRecord, withoutPlaces } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { completionOf } from './completion.ts';
import { callerOf, type Connection, type ServingOptions } from '../options.ts';
import { MAX_URI_LENGTH } from './uris.ts';

/** Answers all requests about resources, where there are any. The code that reads them is loaded with the first request. */
export function serveResources(server: Server, options: ServingOptions, connection: Connection): void {
  const { loadResources } = options;
  if (loadResources === undefined) return;
  server.registerCapabilities({ resources: {}, completions: {} });
  const answer = async <T>(context: ServerContext, work: (call: ResourceCall) => Promise<T>): Promise<T> => {
    using linked = linkSignals(context.mcpReq.signal, connection.draining);
    const caller = callerOf(connection, context);
    try {
      requireScope(caller, 'read');
      return await work({
        caller,
        meta: context.mcpReq._meta,
        signal: linked.signal,
        settings: options.settings,
        clock: options.clock,
        random: options.random,
        services: options.services,
      });
    } catch (error) {
      throw toProtocolError(caller.can.serverPaths ? error : withoutPlaces(error), options);
    }
  };

  server.setRequestHandler('resources/list', ({ params }, context) =>
    answer(context, async (call) => {
      const { listResources } = await import('./listing.ts');
      return listResources(await loadResources(), params?.cursor, call, options.logger);
    }),
  );
  server.setRequestHandler('resources/templates/list', ({ params }, context) =>
    answer(context, async () => {
      // One page holds all of them.
      if (params?.cursor !== undefined) throw invalidParams('This cursor was not issued by this server.');
      const { listTemplates } = await import('./listing.ts');
      return { resourceTemplates: listTemplates(await loadResources()) };
    }),
  );
  server.setRequestHandler('resources/read', ({ params }, context) =>
    answer(context, async (call) => {
      const { uri } = params;
      if (uri.length > MAX_URI_LENGTH) throw invalidParams(`A resource URI has at most ${MAX_URI_LENGTH} characters.`);
      const { readResource } = await import('./reading.ts');
      const reading = await readResource(await loadResources(), uri, call);
      if (reading === undefined) throw new ResourceNotFoundError(uri, `Resource not found: ${quoteUntrusted(uri)}`);
      return {
        contents: reading.contents.map(({ meta, ...content }) => ({ ...content, ...(meta && { _meta: { ...meta } }) })),
        ...(context.mcpReq.envelope !== undefined && reading.cache),
      };
    }),
  );
  server.setRequestHandler('completion/complete', ({ params }, context) =>
    answer(context, async (call) => {
      if (params.ref.type !== 'ref/resource') throw invalidParams('This server has no prompts to complete.');
      const { completeResource } = await import('./reading.ts');
      const values = await completeResource(await loadResources(), params.ref.uri, params.argument, call);
      if (values === undefined) throw invalidParams('There is no resource template with this URI and argument.');
      return completionOf(values);
    }),
  );
}

function invalidParams(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

/** A `ProtocolError` is passed on, a `Problem` keeps its code and texts, anything else is described in the log only. */
function toProtocolError(error: unknown, options: ServingOptions): Error {
  if (error instanceof ProtocolError) return error;
  if (error instanceof Problem) {
    const { code, message, actor } = error;
    const next = withoutAbsentTools(error.next, options.settings.absentTools ?? []);
    return new ProtocolError(ProtocolErrorCode.InternalError, `${message} ${next}`.trim(), { code, actor, next });
  }
  options.logger.error('resource_defect', { error });
  const { code, message, actor } = toProblemRecord(error);
  return new ProtocolError(ProtocolErrorCode.InternalError, message, { code, actor });
}
