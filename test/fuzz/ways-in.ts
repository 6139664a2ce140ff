import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { serveOverStdio } from '../../src/mcp/stdio/serve-stdio.ts';
import { isRecord } from '../../src/shared/text/json.ts';
import { Problem } from '../../src/shared/errors.ts';
import { tools } from '../../src/tools/registry.ts';
import { mockAdobe, testFirefly, V3 } from '../firefly/harness.ts';
import { noisy } from '../images/pictures.ts';
import { pngThatClaims, webpThatClaims } from '../images/claims.ts';
import { INITIALIZE, serveTestTools, TOKEN } from '../mcp/fixture/http.ts';
import { testOptions } from '../mcp/fixture/options.ts';
import { hiddenIn } from '../support/hostile.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';
import { inherited, odd, toolArguments } from './arguments.ts';
import { lengthy } from './messages.ts';

/** One input may take this long, milliseconds: a longer one holds up every other call. */
const LONGEST_MS = 1_000;
/** Growth of memory that may remain after one way in was tried, bytes. */
const MOST_GROWTH = 200e6;

/** Tries a way in with one input after another, until it is told to stop. Rejects where a promise does not hold. */
export type WayIn = (more: Inputs) => Promise<void>;

/** Draws inputs: a bounded number in the suite, as many as there is time for in the soak. */
export type Inputs = <T>(arbitrary: fc.Arbitrary<T>, property: (input: T) => Promise<void>) => Promise<void>;

/** What the worst of some inputs took: time by the clock in milliseconds, resident memory of the process in bytes. */
export interface Worst {
  ms: number;
  rss: number;
}

/** `runs` inputs from a seed, of which `worst` is told the worst. A failure names the seed and the least input. */
export function inputs(runs: number, seed: number, worst: Worst = { ms: 0, rss: 0 }): Inputs {
  return async (arbitrary, property) => {
    const before = process.memoryUsage().rss;
    const timed = async (input: unknown) => {
      const started = performance.now();
      const cpu = process.cpuUsage();
      await property(input as never);
      const { user, system } = process.cpuUsage(cpu);
      worst.ms = Math.max(worst.ms, performance.now() - started);
      worst.rss = Math.max(worst.rss, process.memoryUsage.rss());
      // A busy machine delays, and works no longer.
      if (performance.now() - started > LONGEST_MS) expect((user + system) / 1_000).toBeLessThan(LONGEST_MS);
    };
    await fc.assert(fc.asyncProperty(arbitrary as fc.Arbitrary<unknown>, timed), {
      numRuns: runs,
      seed,
      endOnFailure: true,
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWTH);
  };
}

async function anAnswer(rooms: TestRooms, tool: string, input: unknown): Promise<void> {
  const submitted = rooms.adobe.submits.length;
  const { text: shown, structured, isError } = await rooms.answer(tool, input);
  const error = isRecord(structured?.['error']) ? structured['error']['code'] : undefined;
  expect(error, shown).not.toBe('internal_error');
  expect(hiddenIn(shown + JSON.stringify(structured ?? {}))).toEqual([]);
  // What was refused was not paid for.
  if (isError) expect(rooms.adobe.submits.length).toBe(submitted);
}

const toolCalls: WayIn = async (more) => {
  await using rooms = await TestRooms.open();
  const names = fc.constantFrom(...tools.map(({ name }) => name));
  await more(fc.tuple(names, toolArguments), ([tool, input]) => anAnswer(rooms, tool, input));
};

const batchFiles: WayIn = async (more) => {
  await using rooms = await TestRooms.open();
  const line = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    toolArguments.map((value) => JSON.stringify(value) ?? ''),
  );
  const file = fc.oneof(
    fc.array(line, { maxLength: 8 }).map((lines) => Buffer.from(lines.join('\n'))),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  await more(file, async (bytes) => {
    await rooms.file('items.jsonl', bytes);
    await anAnswer(rooms, 'submit_batch', { file: 'items.jsonl', tool: 'generate_image' });
  });
};

const pictures: WayIn = async (more) => {
  await using rooms = await TestRooms.open();
  const picture = noisy(24, 16);
  const whole = [
    await picture.clone().png().toBuffer(),
    await picture.clone().jpeg().toBuffer(),
    await picture.clone().webp().toBuffer(),
    pngThatClaims(30_000, 30_000),
    webpThatClaims(16_384, 16_384),
  ];
  const changes = fc.array(fc.tuple(fc.nat(4_000), fc.nat(255)), { maxLength: 6 });
  const cut = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
  const calls = fc.constantFrom('make_mask', 'fill_image');
  const shapes = [{ shape: 'rectangle', x: 10, y: 10, width: 50, height: 50 }];
  await more(fc.tuple(fc.constantFrom(...whole), changes, cut, calls), async ([bytes, changed, end, tool]) => {
    const mutated = Buffer.from(bytes.subarray(0, end === null ? bytes.length : Math.floor(bytes.length * end)));
    for (const [at, value] of changed) if (at < mutated.length) mutated[at] = value;
    const image = `data:image/png;base64,${mutated.toString('base64')}`;
    await anAnswer(
      rooms,
      tool,
      tool === 'make_mask' ? { image, shapes, grow: 1 } : { image, mask: image, prompt: 'x' },
    );
  });
};

const jsonRpcLines: WayIn = async (more) => {
  const streams = { input: new PassThrough(), output: new PassThrough() };
  const serving = serveOverStdio(testOptions(), streams);
  let seen = '';
  streams.output.on('data', (piece) => (seen += String(piece)));
  const method = fc.constantFrom('initialize', 'tools/list', 'tools/call', 'ping', 'resources/read', '__proto__', 'x');
  const message = fc.record(
    { jsonrpc: fc.constantFrom('2.0', '1.0', 2), id: odd, method, params: odd, result: odd, error: odd, _meta: odd },
    { requiredKeys: [] },
  );
  const line = fc.oneof(
    { weight: 20, arbitrary: message.map((value) => JSON.stringify(value)) },
    { weight: 20, arbitrary: fc.json() },
    { weight: 20, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
    { weight: 1, arbitrary: lengthy },
  );
  streams.input.write(`${INITIALIZE}\n`);
  let count = 0;
  await more(line, async (given) => {
    seen = '';
    const id = `probe-${count++}`;
    streams.input.write(`${given}\n${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`);
    while (!seen.includes(id)) await new Promise((resolve) => setImmediate(resolve));
    for (const answer of seen.trim().split('\n')) JSON.parse(answer);
  });
  await serving.close({ graceMs: 0 });
};

const httpRequests: WayIn = async (more) => {
  const serving = await serveTestTools();
  const word = fc.oneof(
    fc.constantFrom('/mcp', '/healthz', '/readyz', '//mcp', '/%6dcp', '/mcp/..', 'http://evil.example/mcp', '*'),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  );
  const header = fc.tuple(
    fc.constantFrom(
      'Host',
      'Origin',
      'Content-Length',
      'Transfer-Encoding',
      'Accept',
      'Mcp-Session-Id',
      'Upgrade',
      'Content-Type',
    ),
    fc.oneof(
      fc.constantFrom('127.0.0.1', 'evil.example', 'chunked', '5', '99999999999', 'application/json', 'websocket'),
      word,
    ),
  );
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'X'),
    path: word,
    headers: fc.array(header, { maxLength: 5 }),
    authorized: fc.boolean(),
    body: fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 40 }), fc.constant(INITIALIZE)),
  });
  await more(request, async ({ method, path, headers, authorized, body }) => {
    const lines = [
      ...headers.map(([name, value]) => `${name}: ${value}`),
      ...(authorized ? [`Authorization: Bearer ${TOKEN}`] : []),
    ];
    const socket = connect(serving.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
    const answer = text(socket).catch(() => '');
    expect(await answer).not.toMatch(/ 500 |access-control-allow-origin: \*|evil\.example\/mcp/i);
    const health = await fetch(`http://127.0.0.1:${serving.port}/healthz`);
    expect(await health.text()).toBe('{"status":"ok"}');
  });
  await serving.close({ graceMs: 0 });
};

const answersOfAdobe: WayIn = async (more) => {
  const keys = [
    'jobId',
    'statusUrl',
    'cancelUrl',
    'links',
    'result',
    'status',
    'outputs',
    'image',
    'url',
    'href',
    'progress',
  ];
  const { body } = fc.letrec((tie) => ({
    body: fc.oneof(
      { depthSize: 'small' },
      odd,
      fc.dictionary(fc.constantFrom(...keys), tie('body')),
      fc.array(tie('body'), { maxLength: 3 }),
    ),
  }));
  const status = fc.constantFrom(200, 202, 204, 400, 401, 403, 404, 409, 422, 429, 500, 503);
  const headers = fc.dictionary(
    fc.constantFrom('retry-after', 'link', 'x-access-error', 'content-type'),
    fc.string({ unit: 'grapheme-ascii' }),
  );
  const handle = { jobId: 'urn:x', statusUrl: 'https://firefly-api.adobe.io/v3/status/urn:x', cancelUrl: undefined };
  await more(fc.tuple(status, body, headers), async ([code, content, extra]) => {
    const adobe = mockAdobe(() => ({ status: code, body: code === 204 ? '' : content, headers: extra }));
    const firefly = testFirefly({ connect: adobe.connect });
    try {
      const outcome = await firefly.submit(V3, { requestId: 'fuzz' });
      const posts = adobe.seen.filter(({ method }) => method === 'POST').length;
      // A second request is legitimate after a refused token only.
      expect(posts).toBeLessThanOrEqual(code === 401 ? 2 : 1);
      if ('problem' in outcome) expect(hiddenIn(JSON.stringify(outcome.problem))).toEqual([]);
      await firefly.status(handle, 'generateImagesV3Async');
      await firefly.customModels({ limit: 2 }).catch((error: unknown) => expect(error).toBeInstanceOf(Problem));
      for (const { url } of adobe.seen) expect(new URL(url).hostname).toBe('firefly-api.adobe.io');
    } finally {
      await firefly.close();
      await adobe.agent.close();
    }
  });
};

const configuration: WayIn = async (more) => {
  const names = [
    'FIREFLY_RPM',
    'FIREFLY_ROOTS',
    'FIREFLY_API_URL',
    'FIREFLY_DATABASE_URL',
    'HTTPS_PROXY',
    'FIREFLY_CLIENT_SECRET',
    'FIREFLY_CLIENT_SECRET_FILE',
    'FIREFLY_CONFIRM',
    'FIREFLY_X',
    'FIREFLY_TOOLSETS',
  ];
  const env = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(
      fc.string({ unit: 'binary' }),
      inherited.map((name) => `\${${name}}`),
      odd.map((value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))),
    ),
  );
  const file = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.dictionary(fc.constantFrom(...names), odd).map((value) => JSON.stringify(value)),
  );
  await more(fc.tuple(env, fc.option(file)), async ([variables, content]) => {
    try {
      resolveConfig({
        platform: 'linux',
        cwd: '/work',
        home: '/home/ann',
        flags: {},
        demo: false,
        env: variables,
        readFile: (path) =>
          path.endsWith('config.json') && content !== null ? { text: content, mode: 0o100600 } : undefined,
      });
    } catch (error) {
      expect(error).toMatchObject({ code: 'config_invalid' });
      expect(hiddenIn((error as Problem).message)).toEqual([]);
    }
  });
};

/** Every way in, with the number of inputs that the suite has time for. */
export const WAYS_IN: readonly (readonly [name: string, way: WayIn, runs: number])[] = [
  ['arguments of tools', toolCalls, 150],
  ['batch files', batchFiles, 40],
  ['pictures', pictures, 60],
  ['lines of JSON-RPC', jsonRpcLines, 200],
  ['HTTP requests', httpRequests, 60],
  ['answers of Adobe', answersOfAdobe, 60],
  ['configuration', configuration, 300],
];
