import { isRecord } from '../../shared/text/json.ts';

/** What a `subscriptions/listen` asks for (MCP 2026-07-28, "Subscriptions"); undefined for any other message. */
export interface ListenRequest {
  readonly uris: readonly string[];
  readonly followsList: boolean;
}

/** Reads a message. What is wrong with it is told by the SDK, which answers it. */
export function readListen(message: unknown): ListenRequest | undefined {
  if (!isRecord(message) || message['method'] !== 'subscriptions/listen') return undefined;
  const params = isRecord(message['params']) ? message['params'] : {};
  const wanted = isRecord(params['notifications']) ? params['notifications'] : {};
  const uris = Array.isArray(wanted['resourceSubscriptions']) ? wanted['resourceSubscriptions'] : [];
  return {
    uris: uris.filter((uri) => typeof uri === 'string'),
    followsList: wanted['resourcesListChanged'] === true,
  };
}
