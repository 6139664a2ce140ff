import { describe, expect, test } from 'vitest';
import { ConnectionSubscriptions, MOST_FOLLOWED } from '../../../src/mcp/subscriptions/connection-subscriptions.ts';
import type { Follower, ResourceChanges } from '../../../src/mcp/subscriptions/resource-changes.ts';
import { callerNamed } from '../../support/callers.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';

/** Subscriptions of one connection, and what it follows. */
function connection() {
  let uris: ReadonlySet<string> = new Set();
  const follow = async (follower: Follower) => {
    ({ uris } = follower);
    return { [Symbol.dispose]: () => undefined };
  };
  const changes = { follow, noteAll: async () => undefined } as unknown as ResourceChanges;
  const caller = async () => callerNamed('alice');
  const subscriptions = new ConnectionSubscriptions(async () => changes, caller, new SimulatedClock());
  return { subscriptions, followed: () => [...uris] };
}

describe('a connection that subscribes without end', () => {
  test('follows no more by further requests for the same resource, until others end', async () => {
    const { subscriptions } = connection();
    for (let id = 0; id < MOST_FOLLOWED; id += 1)
      expect(await subscriptions.subscribe(['firefly://usage'], id)).toBe(true);
    expect(await subscriptions.subscribe(['firefly://usage'], 'one more')).toBe(false);
    void subscriptions.see({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 0 } });
    expect(await subscriptions.subscribe(['firefly://usage'], 'one more')).toBe(true);
  });

  test('follows nothing whose name is longer than any of this server', async () => {
    const { subscriptions, followed } = connection();
    await subscriptions.subscribe(['firefly://usage', `firefly://images/${'x'.repeat(60_000)}`], 1);
    expect(followed()).toEqual(['firefly://usage']);
  });
});
