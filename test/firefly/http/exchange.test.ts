import { Agent } from 'undici';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { MAX_RETRY_BUDGET } from '../../../src/firefly/call.ts';
import { exchange } from '../../../src/firefly/http/exchange.ts';
import type { HttpRequest } from '../../../src/firefly/http/exchange.ts';
import { watchSent } from '../../../src/firefly/http/sent.ts';
import { mockAdobe, testFirefly, TOKEN } from '../harness.ts';
import { closeServers, http } from '../loopback.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';

const agent = new Agent();
afterEach(closeServers);
afterAll(() => agent.close());

const get = (origin: string): HttpRequest => ({
  method: 'GET',
  url: new URL(`${origin}/v3/status/1?x=y`),
  requestId: 'exchange-1',
  headers: {},
  answerMs: 1_000,
  idleMs: 1_000,
  maxBytes: 1_000_000,
});

describe('an exchange', () => {
  test('ends at its total limit even if the connection is active', async () => {
    const clock = new ManualClock();
    let drip: NodeJS.Timeout | undefined;
    const origin = await http((_request, response) => {
      let pieces = 0;
      drip = setInterval(() => {
        response.write('x');
        if ((pieces += 1) === 5) clock.advance(61_000);
      }, 20);
    });
    const result = await exchange(get(origin), { dispatcher: agent, clock, signal: undefined });
    clearInterval(drip);
    expect(result).toMatchObject({ kind: 'answer', whole: false });
  });

  test('that reaches its total limit before an answer is a timeout', async () => {
    const clock = new ManualClock();
    const origin = await http(() => clock.advance(501));
    const request = { ...get(origin), totalMs: 500, answerMs: 20_000 };
    const result = await exchange(request, { dispatcher: agent, clock, signal: undefined });
    expect(result).toMatchObject({ kind: 'failure', reason: 'timeout', sent: true });
  });

  test('leaves no listener on the signal of its caller', async () => {
    const origin = await http((_request, response) => response.end('ok'));
    const controller = new AbortController();
    let listeners = 0;
    const add = controller.signal.addEventListener.bind(controller.signal);
    const remove = controller.signal.removeEventListener.bind(controller.signal);
    controller.signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    controller.signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
    await exchange(get(origin), { dispatcher: agent, clock: new ManualClock(), signal: controller.signal });
    expect(listeners).toBe(0);
  });
});

describe('a broken connection', () => {
  test(
    'is retried at once, but if half of all connections break, that costs a tenth more requests',
    { tags: 'long' },
    async () => {
      const asked = 400;
      let seen = 0;
      const apiUrl = await http((request, response) => {
        seen += 1;
        if (seen % 2 === 0) return void request.socket.resetAndDestroy();
        response.writeHead(200).end('{"status":"running"}');
      });
      const firefly = testFirefly({ apiUrl, credentials: { clientId: 'id', accessToken: TOKEN } });
      const handle = { jobId: 'one', statusUrl: undefined, cancelUrl: undefined };
      for (let turn = 0; turn < asked; turn += 1) await firefly.status(handle, 'generateImagesV3Async');
      await firefly.close();
      expect(seen).toBeGreaterThan(asked);
      expect(seen).toBeLessThanOrEqual(asked * 1.1 + MAX_RETRY_BUDGET);
    },
  );
});

describe('the watch for a sent request', () => {
  test.each([
    [{}, true],
    [{ requestId: 'another' }, false],
    [{ path: '/v3/status/1' }, false],
    [{ method: 'PUT' }, false],
  ])('observes exactly one request: with %j it says %s', async (change, expected) => {
    const origin = await http((_request, response) => response.end('ok'));
    const watch = watchSent({ method: 'GET', path: '/v3/status/1?x=y', requestId: 'exchange-1', ...change });
    await exchange(get(origin), { dispatcher: agent, clock: new ManualClock(), signal: undefined });
    expect(watch.sent()).toBe(expected);
    watch[Symbol.dispose]();
  });
});

test('a download whose length is not the announced one is unfinished', async () => {
  const adobe = mockAdobe(() => ({ status: 200, body: 'abc', headers: { 'content-length': '4' } }));
  const firefly = testFirefly({ connect: adobe.connect });
  const outcome = await firefly.download('https://firefly-api.adobe.io/p', () => undefined, { maxBytes: 10 });
  expect(outcome).toMatchObject({ kind: 'transient', problem: { code: 'download_unfinished' } });
});
