import { Server, type McpRequestContext, type McpServerFactory } from '@modelcontextprotocol/server';
import { instructions } from './instructions.ts';
import type { Connection, ServingOptions } from './options.ts';
import { serveResources } from './resources/serve-resources.ts';
import { serveTools } from './tools.ts';

/** How long clients may keep the tool list, milliseconds; it changes with the program only. */
const CATALOGUE_TTL_MS = 300_000;

/**
 * A protocol server for one connection (or, in the 2026-07-28 era over HTTP, one request). Cheap and free of side
 * effects: nothing is loaded until a request needs it.
 *
 * `resources.subscribe` and `listChanged` are not advertised, since nothing sends these notifications yet.
 */
export function createServer(options: ServingOptions, connection: Connection): Server {
  const server = new Server(
    { ...options.info },
    {
      capabilities: { tools: {}, resources: {}, completions: {} },
      instructions,
      cacheHints: { 'tools/list': { ttlMs: CATALOGUE_TTL_MS, cacheScope: 'public' } },
    },
  );
  server.onerror = (error) => options.logger.debug('protocol_error', { error });
  serveTools(server, options, connection);
  serveResources(server, options, connection);
  return server;
}

/**
 * The factory that the SDK's serving entries want, for both protocol eras.
 * `connect` says what is known about where a request came in.
 */
export function createServerFactory(
  options: ServingOptions,
  connect: (context: McpRequestContext) => Connection,
): McpServerFactory {
  return (context) => createServer(options, connect(context));
}
