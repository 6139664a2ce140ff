import type { AuthInfo } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { Listening } from '../../../src/mcp/http/listening.ts';
import { createServerFactory } from '../../../src/mcp/server.ts';
import type { Follower, ResourceChanges } from '../../../src/mcp/subscriptions/resource-changes.ts';
import { LOCAL } from '../../../src/shared/caller.ts';
import { testOptions } from '../fixture/options.ts';

const URI = 'firefly://usage';

/** Opens a subscription, and gives what its stream says until `count` messages have come. */
async function listen(follow: (follower: Follower) => void, count: number): Promise<readonly string[]> {
  const connection = { identify: () => LOCAL, conversation: undefined, draining: undefined };
  const factory = createServerFactory(testOptions({ loadResources: async () => [] }), async () => connection);
  const changes = { follow: async (follower: Follower) => (follow(follower), { [Symbol.dispose]: () => undefined }) };
  const listening = new Listening(factory, async () => changes as unknown as ResourceChanges, {
    keepAliveMs: 5_000,
    onerror: () => undefined,
  });
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const notifications = { resourceSubscriptions: [URI], resourcesListChanged: true };
  const body = { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: { notifications, _meta } };
  const headers = {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    'Mcp-Protocol-Version': '2026-07-28',
    'Mcp-Method': body.method,
  };
  const response = await listening.fetch({
    request: new Request('http://127.0.0.1/mcp', { method: 'POST', headers, body: JSON.stringify(body) }),
    body,
    wanted: { uris: [URI], followsList: true },
    auth: { token: '', clientId: 'local', scopes: [] } satisfies AuthInfo,
    identity: LOCAL,
    onDone: () => undefined,
  });
  const reader = response.body?.getReader() ?? expect.unreachable('there is no stream');
  const methods: string[] = [];
  let text = '';
  while (methods.length < count) {
    const { done, value } = await reader.read();
    if (done) break;
    text += Buffer.from(value).toString();
    methods.splice(0, methods.length, ...[...text.matchAll(/"method":"([^"]+)"/g)].map(([, name = '']) => name));
  }
  await listening.close();
  return methods;
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const UPDATED = 'notifications/resources/updated';
const LIST = 'notifications/resources/list_changed';

test('a change right after the first look is told once, behind the acknowledgement', async () => {
  const told = await listen(({ onChange }) => {
    onChange({ kind: 'contents', uri: URI });
    onChange({ kind: 'list' });
  }, 3);
  expect(told).toEqual([ACKNOWLEDGED, UPDATED, LIST]);
});
