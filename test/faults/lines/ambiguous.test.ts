import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFirefly } from '../../../src/firefly/client.ts';
import type { Firefly } from '../../../src/firefly/types.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { startFaultProxy, type FaultProxy, type LineFault } from './fault-proxy.ts';

/** As many as a second or two allow; `SUBMITS` takes more. */
const SUBMITS = Number(process.env['SUBMITS'] ?? 120);
const SIDE_BY_SIDE = 40;

let server: Server;
let proxy: FaultProxy;
let firefly: Firefly;
/** How often each request was processed, by its id. */
const processed = new Map<string, number>();

/** A whole answer is about 300 bytes long; what is cut within this has no handle that could be saved. */
const BEFORE_THE_HANDLE = 100;

beforeEach(async () => {
  processed.clear();
  server = createServer((request, response) => {
    const id = String(request.headers['x-request-id']);
    request.resume().on('end', () => {
      processed.set(id, (processed.get(id) ?? 0) + 1);
      response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ jobId: `urn:${id}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // After the request has gone through; in its midst; or while the answer comes, at a random byte.
  proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, spoilt);
  firefly = createFirefly({
    apiUrl: proxy.origin,
    imsUrl: proxy.origin,
    trustedOrigins: [],
    credentials: { clientId: 'id', accessToken: 'opaque' },
    scopes: 'firefly_api',
    proxy: {},
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    connect: { timeouts: { submitMs: 400, idleMs: 400 } },
  });
});
afterEach(async () => {
  await firefly.close();
  await proxy.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function spoilt(): LineFault {
  const kind = (['reset', 'cut', 'stall'] as const)[Math.floor(Math.random() * 3)] ?? 'reset';
  const direction = Math.random() < 0.3 ? 'up' : 'down';
  return { kind, direction, after: Math.floor(Math.random() * BEFORE_THE_HANDLE) };
}

test('a submit that Adobe may have taken is sent once, and its outcome is unknown', { timeout: 180_000 }, async () => {
  const ids = Array.from({ length: SUBMITS }, () => crypto.randomUUID());
  const waiting = [...ids];
  const kinds: string[] = [];
  const request = { operation: 'generateImagesV3Async', model: 'image3', body: { prompt: 'x' } } as const;
  const work = async () => {
    for (let requestId = waiting.pop(); requestId; requestId = waiting.pop()) {
      kinds.push((await firefly.submit(request, { requestId })).kind);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  expect(new Set(kinds)).toEqual(new Set(['unknown']));
  expect(kinds).toHaveLength(SUBMITS);
  // One connection each, and nothing comes twice. A busy proxy accepts some of them after their submit has given up.
  await expect.poll(() => proxy.connections).toBe(SUBMITS);
  expect(Math.max(...processed.values())).toBe(1);
  expect(processed.size).toBeGreaterThan(SUBMITS / 3);
});
