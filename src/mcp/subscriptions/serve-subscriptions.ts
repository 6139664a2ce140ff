import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';
import { requireScope } from '../../shared/caller.ts';
import { callerOf, type Connection } from '../options.ts';
import { MAX_URI_LENGTH } from '../resources/uris.ts';
import { MOST_FOLLOWED, type ConnectionSubscriptions } from './connection-subscriptions.ts';

/**
 * Tells the client of changes: `resources/subscribe` of the 2025 era is answered here, `subscriptions/listen` of
 * 2026-07-28 by the SDK, which passes on what its client has asked for. The lists of tools and prompts never change, so
 * that no change of them is declared.
 * @param subscriptions those of a connection that stays open; absent where a request of its own carries them (HTTP)
 */
export function serveSubscriptions(
  server: Server,
  connection: Connection,
  subscriptions: ConnectionSubscriptions | undefined,
): void {
  server.registerCapabilities({ resources: { subscribe: true, listChanged: true } });
  if (subscriptions === undefined) return;
  subscriptions.tellThrough((change) =>
    change.kind === 'list' ? server.sendResourceListChanged() : server.sendResourceUpdated({ uri: change.uri }),
  );
  server.oninitialized = () => subscriptions.begin();
  server.setRequestHandler('resources/subscribe', async ({ params: { uri } }, context) => {
    requireScope(callerOf(connection, context), 'read');
    if (uri.length > MAX_URI_LENGTH) throw invalid(`A resource URI has at most ${MAX_URI_LENGTH} characters.`);
    if (await subscriptions.subscribe([uri])) return {};
    throw invalid(`A connection follows at most ${MOST_FOLLOWED} resources. End other subscriptions first.`);
  });
  server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    subscriptions.unsubscribe(uri);
    return {};
  });
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
