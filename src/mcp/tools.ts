import { ProtocolError, ProtocolErrorCode, type Server, type ServerContext } from '@modelcontextprotocol/server';
import type { Connection, ServingOptions } from './options.ts';
import { createProgress, noProgress, type ProgressReporter } from './progress.ts';

/** Answers `tools/list` from the ready-made catalogue and `tools/call` through the choke-point. */
export function serveTools(server: Server, options: ServingOptions, connection: Connection): void {
  const tools = options.catalogue.map((tool) => ({ ...tool }));
  server.setRequestHandler('tools/list', () => ({ tools }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const { invoke, toCallToolResult, UnknownTool } = await import('./call.ts');
    try {
      const rendered = await invoke(options, {
        name: params.name,
        input: params.arguments,
        caller: { principal: connection.principal, conversation: connection.conversation },
        signals: [context.mcpReq.signal, connection.leaving],
        progress: progressOf(context, options),
      });
      return toCallToolResult(rendered);
    } catch (error) {
      if (error instanceof UnknownTool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
      throw error;
    }
  });
}

/** Progress is sent only where the client gave a token (MCP specification, "Progress"). */
function progressOf(context: ServerContext, options: ServingOptions): ProgressReporter {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return noProgress;
  return createProgress(
    ({ progress, total, message }) =>
      context.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, progress, message, ...(total !== undefined && { total }) },
      }),
    options.logger,
  );
}
