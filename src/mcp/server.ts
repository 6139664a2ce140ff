import type { McpRequestContext, McpServerFactory, Server } from '@modelcontextprotocol/server';
import { LenientServer } from './lenient-server.ts';
import { instructionsWithout } from './offer/instructions.ts';
import type { Connection, ServingOptions } from './options.ts';
import { serveCompletion } from './answers/serve-completion.ts';
import { servePrompts } from './prompts/serve-prompts.ts';
import { serveResources } from './resources/serve-resources.ts';
import { quoteUntrusted } from '../shared/text/text.ts';
import { serveTools } from './calls/tools.ts';
import { serveSubscriptions } from './subscriptions/serve-subscriptions.ts';

/** What clients may cache of that which changes with the program's version only. */
const FOR_THIS_VERSION = { ttlMs: 300_000, cacheScope: 'public' } as const;

/**
 * A protocol server for one connection (in the 2026-07-28 era over HTTP: for one request). Cheap and without side
 * effects: what a request needs is loaded with that request.
 *
 * Capabilities are declared where their handlers are registered.
 */
export function createServer(options: ServingOptions, connection: Connection): Server {
  const server = new LenientServer(
    { ...options.info },
    {
      instructions: instructionsWithout(options.settings.absentTools),
      requestState: {
        verify: async (state, context) => {
          const { requestStates } = await import('./calls/lazy.ts');
          return requestStates(options).verify(state, context);
        },
      },
      cacheHints: {
        'server/discover': FOR_THIS_VERSION,
        'tools/list': FOR_THIS_VERSION,
        'resources/templates/list': FOR_THIS_VERSION,
        'prompts/list': FOR_THIS_VERSION,
      },
    },
  );
  server.onerror = (error) => {
    // The SDK's words for a response to no request of this server. Other errors come from connections that end.
    const isUnasked = error.message.startsWith('Received a ');
    options.logger[isUnasked ? 'warn' : 'debug']('protocol_error', { error });
  };
  server.fallbackNotificationHandler = async ({ method }) => noteUnknown(method, options);
  serveTools(server, options, connection);
  serveResources(server, options, connection);
  servePrompts(server, options, connection);
  serveCompletion(server, options, connection);
  if (options.loadResources !== undefined) serveSubscriptions(server, connection, connection.subscriptions);
  return server;
}

/** Notifications of the specification that this server need not act on. */
const WITHOUT_EFFECT = new Set(['notifications/initialized', 'notifications/roots/list_changed']);
/** Most methods that are remembered as logged. */
const MOST_NOTED = 50;
const noted = new WeakMap<ServingOptions, Set<string>>();

/** Logs a notification that nothing handles, once for each method: the specification allows no answer. */
function noteUnknown(method: string, options: ServingOptions): void {
  const known = noted.get(options) ?? new Set();
  noted.set(options, known);
  if (WITHOUT_EFFECT.has(method) || known.has(method) || known.size >= MOST_NOTED) return;
  known.add(method);
  options.logger.warn('notification_unknown', { method: quoteUntrusted(method, 60) });
}

/**
 * The factory that the SDK's entry points take, for both protocol eras.
 * @param connect describes the connection that a request came in on; rejects where nothing is to be served
 */
export function createServerFactory(
  options: ServingOptions,
  connect: (context: McpRequestContext) => Connection | Promise<Connection>,
): McpServerFactory {
  const { newServer = createServer } = options;
  return async (context) => newServer(options, await connect(context));
}
