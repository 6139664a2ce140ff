import {
  CLIENT_CAPABILITIES_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { callerOf, type Connection, type ServingOptions } from './options.ts';
import { createProgress, noProgress, type ProgressReporter } from './progress.ts';

/** Answers `tools/list` from the catalogue, and `tools/call` through `invoke`. */
export function serveTools(server: Server, options: ServingOptions, connection: Connection): void {
  server.registerCapabilities({ tools: {} });
  const tools = options.catalogue.map((tool) => ({ ...tool }));
  server.setRequestHandler('tools/list', () => ({ tools }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const { elicitThrough, InputNeeded, invoke, isTakenBack, toCallToolResult, toInputRequired, UnknownTool } =
      await import('./lazy.ts');
    const response = connection.responseTo?.(context.mcpReq.id);
    const progress = progressOf(context, options);
    const signals = [context.mcpReq.signal, connection.draining, response?.lost];
    const { clock } = options;
    try {
      const rendered = await invoke(options, {
        name: params.name,
        input: params.arguments,
        meta: context.mcpReq._meta,
        caller: callerOf(connection, context),
        signals,
        progress,
        ask: elicitThrough(context, clientCapabilities(server, context), { clock, progress, signals }),
        isTakenBack: () => isTakenBack(context.mcpReq.signal),
        onAnswered: response?.onAnswered,
      });
      return toCallToolResult(rendered);
    } catch (error) {
      if (error instanceof InputNeeded) return toInputRequired(error.question);
      if (error instanceof UnknownTool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
      throw error;
    }
  });
}

/** The client's capabilities: sent with each request since 2026-07-28, with the handshake before that. */
function clientCapabilities(server: Server, context: ServerContext): unknown {
  const envelope: Readonly<Record<string, unknown>> | undefined = context.mcpReq.envelope;
  // Deprecated for the 2026-07-28 era only.
  // oxlint-disable-next-line typescript/no-deprecated
  return envelope === undefined ? server.getClientCapabilities() : envelope[CLIENT_CAPABILITIES_META_KEY];
}

/** Progress is sent only to a client that gave a token (MCP specification, "Progress"). */
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
