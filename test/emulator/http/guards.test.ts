import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { startDemoEmulator } from '../../../src/cli/composition/demo-emulator.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { ask } from '../raw.ts';
import { bench, V3 } from '../start.ts';

const FAULT = JSON.stringify({ on: 'upload', action: { kind: 'hang' }, times: 1 });

/** Status of one request with exactly these headers, some of which `fetch` would not send. */
function statusOf(url: string, method: string, headers: Record<string, string>, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('what a page in a browser can send', () => {
  const foreign: [string, Record<string, string>][] = [
    ['a foreign Origin', { Origin: 'https://evil.example' }],
    ['the Origin null', { Origin: 'null' }],
    ['a foreign Host (DNS rebinding)', { Host: 'rebind.evil.example' }],
    ['a Host with a user name', { Host: 'x@127.0.0.1' }],
    ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
  ];
  const ports = ['apiOrigin', 'shardOrigin', 'storageOrigin'] as const;
  test.each(foreign.flatMap(([name, headers]) => ports.map((port) => [name, port, headers] as const)))(
    '(%s) is refused on the %s, before anything is logged',
    async (_name, port, headers) => {
      const { emulator } = await bench();
      for (const path of ['/', '/emulator/jobs', '/v3/custom-models']) {
        expect(await statusOf(emulator[port] + path, 'GET', headers)).toBe(403);
      }
      const posted = { 'Content-Type': 'application/json', ...headers };
      expect(await statusOf(`${emulator[port]}/emulator/faults`, 'POST', posted, FAULT)).toBe(403);
      expect(emulator.control.faultsLeft()).toBe(0);
      expect(emulator.control.requests()).toEqual([]);
    },
  );

  test.each(['text/plain', 'application/x-www-form-urlencoded', ''])(
    'as %j without a preflight changes nothing by the control API',
    async (type) => {
      const { emulator } = await bench();
      const url = `${emulator.apiOrigin}/emulator/faults`;
      expect(await statusOf(url, 'POST', { 'Content-Type': type }, FAULT)).toBe(415);
      expect(await statusOf(`${emulator.apiOrigin}/emulator/reset`, 'POST', {})).toBe(415);
      expect(emulator.control.faultsLeft()).toBe(0);
    },
  );
});

describe('the control API', () => {
  test.each([
    ['two hundred million times', { on: 'upload', action: { kind: 'hang' }, times: 200_000_000 }],
    ['a delay of a year', { on: 'upload', action: { kind: 'delay', ms: 3e10 } }],
  ])('takes no fault with %s', async (_name, fault) => {
    const { emulator, post } = await bench();
    expect(await post('/emulator/faults', fault)).toMatchObject({ status: 400 });
    expect(emulator.control.faultsLeft()).toBe(0);
  });

  test('keeps a fault of many times as one entry, and at most 200 entries', async () => {
    const { emulator, post } = await bench();
    const fault = { on: 'submit', action: { kind: 'status', status: 503 }, times: 10_000 };
    expect((await post('/emulator/faults', fault)).status).toBe(200);
    for (let count = 1; count < 200; count++) emulator.control.next({ on: 'submit', action: { kind: 'hang' } });
    expect(await post('/emulator/faults', fault)).toMatchObject({ status: 400 });
    expect(emulator.control.faultsLeft()).toBe(10_199);
    expect((await post(V3, { prompt: 'a fox' })).status).toBe(503);
    expect(emulator.control.faultsLeft()).toBe(10_198);
  });

  test('takes no body over 64 KiB', async () => {
    const { post } = await bench();
    const action = { kind: 'raw', bytes: 'x'.repeat(70_000) };
    expect((await post('/emulator/faults', { on: 'submit', action })).status).toBe(413);
  });

  test('is not there over HTTP in a demo', async () => {
    const demo = await startDemoEmulator({ perMinute: 60 }, { clock: systemClock, random: systemRandom });
    try {
      const api = demo.target.apiUrl ?? '';
      for (const path of ['', '/emulator', '/emulator/jobs', '/emulator/requests']) {
        expect((await ask(api + path)).status).toBe(404);
      }
      const headers = { 'content-type': 'application/json' };
      expect((await ask(`${api}/emulator/faults`, { method: 'POST', headers, body: FAULT })).status).toBe(404);
      expect((await ask(`${api}/emulator/reset`, { method: 'POST', headers, body: {} })).status).toBe(404);
    } finally {
      await demo.close();
    }
  });
});

test('two Host headers are refused', async () => {
  const { emulator } = await bench();
  const socket = connect(Number(new URL(emulator.apiOrigin).port), '127.0.0.1');
  socket.end('GET /emulator/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /);
});
