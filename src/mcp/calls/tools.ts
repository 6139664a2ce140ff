import { ProtocolError, ProtocolErrorCode, type Server, type ServerContext } from '@modelcontextprotocol/server';
import type { Caller } from '../../shared/caller.ts';
import { type ClientFacts, clientOf, isOlder, rendersApps } from '../client/client.ts';
import { callerOf, type Connection, type ServingOptions } from '../options.ts';
import { createProgress, noProgress, type ProgressReporter } from './progress.ts';
import { REVISION_WITH_LINKS, sendsLinks } from '../client/resource-links.ts';

/** Longest wait of a call without a progress token: its client hears nothing meanwhile, and many give up after 60 s. */
const MOST_SILENT_WAIT_MS = 50_000;
/** The first revision whose progress has a message (MCP 2025-03-26, "Progress"). */
const REVISION_WITH_MESSAGES = '2025-03-26';

/** Answers `tools/list` from the catalogue, and `tools/call` through `invoke`. */
export function serveTools(server: Server, options: ServingOptions, connection: Connection): void {
  server.registerCapabilities({ tools: {} });
  const tools = options.catalogue.map((tool) => ({ ...tool }));
  server.setRequestHandler('tools/list', (_request, context) => {
    if (!isOlder(clientOf(server, context), REVISION_WITH_LINKS)) return { tools };
    // A revision without structured content would miss what an output schema promises.
    return { tools: tools.map((tool) => ({ ...tool, outputSchema: undefined })) };
  });
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const {
      elicitThrough,
      InputNeeded,
      invoke,
      isTakenBack,
      requestStates,
      toCallToolResult,
      toInputRequired,
      UnknownTool,
      useConsentIn,
    } = await import('./lazy.ts');
    const response = connection.responseTo?.(context);
    const client = clientOf(server, context);
    const isSilent = context.mcpReq._meta?.progressToken === undefined;
    const progress = progressOf(context, isOlder(client, REVISION_WITH_MESSAGES), options);
    const signals = [context.mcpReq.signal, connection.draining, response?.lost];
    const { clock } = options;
    const answer = async () => {
      try {
        const rendered = await invoke(options, {
          name: params.name,
          input: params.arguments,
          meta: context.mcpReq._meta,
          caller: withStudioOf(client, callerOf(connection, context)),
          signals,
          progress,
          answerBy: isSilent ? clock.monotonic() + MOST_SILENT_WAIT_MS : undefined,
          ...elicitThrough(context, client.capabilities, {
            clock,
            progress,
            signals,
            useConsent: useConsentIn(options),
          }),
          isTakenBack: () => isTakenBack(context.mcpReq.signal),
          onAnswered: response?.onAnswered,
        });
        return toCallToolResult(rendered, {
          links: sendsLinks(options.resourceLinks ?? 'auto', client),
          structured: !isOlder(client, REVISION_WITH_LINKS),
        });
      } catch (error) {
        if (error instanceof InputNeeded) {
          return toInputRequired(error, requestStates(options), context, options.random);
        }
        if (error instanceof UnknownTool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
        throw error;
      }
    };
    const api = await options.tracing?.();
    if (api === undefined) return answer();
    const { inSpan } = await import('./tracing.ts');
    return inSpan(
      api,
      {
        // A name that no tool has may be anything.
        tool: tools.some(({ name }) => name === params.name) ? params.name : '_other',
        request: context.mcpReq.id,
        revision: client.revision,
        meta: context.mcpReq._meta,
        transport: context.http === undefined ? 'pipe' : 'tcp',
      },
      { version: options.info.version, work: answer },
    );
  });
}

/** A host that shows the studio beside the result needs no address of it. */
function withStudioOf(client: ClientFacts, caller: Caller): Caller {
  if (caller.addresses === undefined || !rendersApps(client)) return caller;
  return { ...caller, addresses: { ...caller.addresses, studio: undefined } };
}

/** Progress is sent only to a client that gave a token (MCP specification, "Progress"). */
function progressOf(context: ServerContext, withoutMessage: boolean, options: ServingOptions): ProgressReporter {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return noProgress;
  return createProgress(
    ({ progress, total, message }) =>
      context.mcpReq.notify({
        method: 'notifications/progress',
        params: {
          progressToken,
          progress,
          ...(total !== undefined && { total }),
          ...(!withoutMessage && { message }),
        },
      }),
    options,
  );
}
