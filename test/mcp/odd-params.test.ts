import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveBothWays, type BothWays } from './fixture/both-ways.ts';

/** As serializers write it that leave nothing out. */
const OPENING = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { roots: null, sampling: null, elicitation: null, experimental: null, tasks: null },
    clientInfo: { name: 'raw', title: null, version: '1', icons: null, websiteUrl: null },
    _meta: { progressToken: null },
  },
});

let ways: BothWays;

beforeAll(async () => {
  ways = await serveBothWays({}, OPENING);
});
afterAll(() => ways.close());

const request = (method: string, params: unknown) => JSON.stringify({ jsonrpc: '2.0', id: 7, method, params });

describe.each(['stdio', 'HTTP'] as const)('a request over %s', (way) => {
  test.each([
    ['tools/list', { cursor: null }],
    ['tools/list', { cursor: null, _meta: { progressToken: null, trace: null } }],
    ['resources/templates/list', { cursor: null }],
    ['tools/call', { name: 'echo', arguments: { prompt: 'a' }, task: null, _meta: null }],
    ['tools/call', { name: 'echo', arguments: { prompt: 'a', again: null }, task: { ttl: null } }],
  ])('with nulls for what it leaves out is served: %s %j', async (method, params) => {
    expect(await ways[way](request(method, params))).toMatchObject([{ id: 7, result: {} }]);
  });

  test.each([
    ['tools/list', { cursor: 5 }, 'cursor'],
    ['resources/list', { cursor: ['a'] }, 'cursor'],
    ['resources/read', { uri: null }, 'uri'],
    ['resources/subscribe', { uri: 5, _meta: null }, 'uri'],
    ['completion/complete', { ref: { type: 'ref/x' }, argument: {} }, 'ref'],
    ['tools/call', { name: 'echo', arguments: {}, task: 'x' }, 'task'],
    ['initialize', {}, 'protocolVersion'],
    ['initialize', { protocolVersion: '2025-11-25', clientInfo: { name: 'raw', version: null } }, 'clientInfo.version'],
  ])('of a wrong kind is refused in words, not as a fault of the server: %s %j', async (method, params, place) => {
    const message = expect.stringMatching(`^"params\\.${place}" is not what ${method} takes`);
    expect(await ways[way](request(method, params))).toMatchObject([{ id: 7, error: { code: -32602, message } }]);
  });
});
