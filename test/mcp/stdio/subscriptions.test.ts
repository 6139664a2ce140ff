import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authenticateLocal } from '../../../src/mcp/client/authentication.ts';
import { serveOverStdio, type StdioServing } from '../../../src/mcp/stdio/serve-stdio.ts';
import type { Resource } from '../../../src/resources/define.ts';
import type { Services } from '../../../src/tools/definition/define.ts';
import { testOptions } from '../fixture/options.ts';
import type { Message } from '../fixture/pipe.ts';

const URI = 'firefly://usage';
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
};

/** A resource whose first look waits until the test lets it go on; the store has a new version with each change. */
let version: string;
let changes: number;
let letLook: () => void;
let looked: Promise<void>;
let serving: StdioServing;
let input: PassThrough;
let messages: Message[];

beforeEach(() => {
  [version, changes, messages, input] = ['first', 0, [], new PassThrough()];
  const gate = new Promise<void>((resolve) => (letLook = resolve));
  let begin: () => void;
  looked = new Promise((resolve) => (begin = resolve));
  const usage: Resource = {
    kind: 'fixed',
    uri: URI,
    name: 'usage',
    title: 'Usage',
    description: 'For tests.',
    mimeType: 'application/json',
    read: async () => [{ uri: URI, mimeType: 'application/json', text: version }],
    version: async () => {
      begin();
      await gate;
      return version;
    },
  };
  const services = { jobs: { probe: async () => changes } } as unknown as Services;
  const output = new PassThrough();
  createInterface({ input: output }).on('line', (line) => messages.push(JSON.parse(line)));
  serving = serveOverStdio(
    testOptions({
      authenticate: authenticateLocal(),
      loadResources: async () => [usage],
      openServices: async () => services,
    }),
    { input, output },
  );
});
afterEach(async () => {
  letLook();
  await serving.close({ graceMs: 0 });
});

const send = (message: object) => input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const listen = (id: number) =>
  send({
    id,
    method: 'subscriptions/listen',
    params: { notifications: { resourceSubscriptions: [URI] }, _meta: META },
  });
const methods = () => messages.map(({ method }) => method).filter((method) => method !== undefined);
const answered = (id: number) => expect.poll(() => messages.some((message) => message.id === id)).toBe(true);

describe('a subscription of 2026-07-28 on stdio', () => {
  test(
    'is acknowledged once the present state is known, so that every later change is told',
    { tags: 'long' },
    async () => {
      listen(1);
      await looked;
      // Whatever else is sent meanwhile is answered: only the acknowledgement waits.
      send({ id: 2, method: 'tools/list', params: { _meta: META } });
      await answered(2);
      expect(methods()).toEqual([]);
      letLook();
      await expect.poll(methods).toEqual(['notifications/subscriptions/acknowledged']);
      [version, changes] = ['second', 1];
      await expect.poll(methods).toContain('notifications/resources/updated');
    },
  );

  test('that is taken back before it is acknowledged hears of nothing', { tags: 'long' }, async () => {
    listen(1);
    await looked;
    send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    send({ id: 2, method: 'tools/list', params: { _meta: META } });
    await answered(2);
    letLook();
    listen(3);
    await expect.poll(methods).toContain('notifications/subscriptions/acknowledged');
    [version, changes] = ['second', 1];
    await expect.poll(methods).toContain('notifications/resources/updated');
    const told = messages.filter(({ method }) => method === 'notifications/resources/updated');
    const of = told.map(
      ({ params }) =>
        (params?.['_meta'] as Record<string, unknown> | undefined)?.['io.modelcontextprotocol/subscriptionId'],
    );
    expect(of).not.toContain(1);
    expect(of).not.toContain('1');
  });
});
