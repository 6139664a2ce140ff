import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../src/emulator/index.ts';
import { accepted, callRaw, META, type RawAnswer, type Repeated } from '../../mcp/callers/raw-call.ts';
import { canary } from '../../support/canaries.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';
import { dyingAt } from '../../support/program/changed-program.ts';
import { start, type Ended } from '../../support/program/command.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';

/* A person's yes pays once, whichever servers of a data folder see it: the next one after a restart, or several at once. */

let installation: TestInstallation;
let emulator: Emulator;
beforeEach(async () => {
  installation = await TestInstallation.create();
  emulator = await startEmulator({ draw: drawFlat, clientSecret: canary('secret'), latencyMs: 50, rpm: 600 });
  installation.onEnd(() => emulator.close());
});
afterEach(() => installation.end());

/** `new_job`: no other rule keeps this call from paying again. */
const CALL = { name: 'generate_image', input: { prompt: 'a fox', wait_seconds: 30, new_job: true } } as const;
const ASKED = { result: { resultType: 'input_required' } };
const MADE = { result: { resultType: 'complete', structuredContent: { state: 'succeeded' } } };
const submits = () => emulator.control.submits().length;
const environment = (more: Record<string, string> = {}) =>
  installation.environment(emulator, { FIREFLY_CONFIRM: 'always', FIREFLY_RPM: '600', ...more });

interface Server {
  call(repeated?: Repeated): Promise<RawAnswer>;
  end(): Promise<Ended>;
}

/** The program over HTTP, with the one data folder of the test. */
async function serve(more: Record<string, string> = {}): Promise<Server> {
  const running = start(['http', '--port', '0'], { cwd: installation.folder, env: environment(more) });
  const end = () => {
    running.child.kill('SIGTERM');
    return running.ended;
  };
  installation.onEnd(end);
  const [, url = '', tokenFile = ''] = await running.shows(/Serving MCP at (\S+), .* token in (\S+)\n/);
  const token = readFileSync(tokenFile, 'utf8').trim();
  const withToken = (_who: unknown, path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${token}`);
    return fetch(new URL(path, url), { ...init, headers });
  };
  return { call: (repeated = {}) => callRaw({ fetch: withToken }, 'ada', { ...CALL, repeated }), end };
}

test('a yes that was used before a restart makes no second job after it', { tags: 'long' }, async () => {
  const first = await serve();
  const yes = accepted(await first.call());
  expect(await first.call(yes)).toMatchObject(MADE);
  expect((await first.end()).code).toBe(0);
  const second = await serve();
  const again = await second.call(yes);
  expect(again).toMatchObject(ASKED);
  expect(submits()).toBe(1);
  expect(await second.call(accepted(again))).toMatchObject(MADE);
  expect(submits()).toBe(2);
});

test('a yes that was not used yet counts after a restart', { tags: 'long' }, async () => {
  const first = await serve();
  const yes = accepted(await first.call());
  await first.end();
  expect(await (await serve()).call(yes)).toMatchObject(MADE);
  expect(submits()).toBe(1);
});

test('a yes that comes to two servers of one folder at one moment pays once', { tags: 'long' }, async () => {
  const [one, other] = await Promise.all([serve(), serve()]);
  const yes = accepted(await one.call());
  const told = await Promise.all([one, other, one, other, one, other].map((server) => server.call(yes)));
  expect(told.filter(({ result }) => (result as { resultType: string }).resultType === 'complete')).toHaveLength(1);
  for (const server of [one, other]) expect(await server.call(yes)).toMatchObject(ASKED);
  expect(submits()).toBe(1);
});

test(
  'a server that dies between the yes and the job has paid nothing, and the person is asked again',
  { tags: 'long' },
  async () => {
    const first = await serve(dyingAt('before-enqueue'));
    const yes = accepted(await first.call());
    await expect(first.call(yes)).rejects.toThrow();
    const second = await serve();
    const again = await second.call(yes);
    expect(again).toMatchObject(ASKED);
    expect(submits()).toBe(0);
    expect(await second.call(accepted(again))).toMatchObject(MADE);
    expect(submits()).toBe(1);
  },
);

test('a yes to a server on stdio is none to another one: each has a key of its own', { tags: 'long' }, async () => {
  const call = async (repeated: Repeated = {}) => {
    const server = installation.pipe(environment());
    const params = { name: CALL.name, arguments: CALL.input, _meta: META, ...repeated };
    server.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    return server.answer(1);
  };
  const asked = await call();
  expect(asked).toMatchObject(ASKED);
  expect(await call(accepted(asked))).toMatchObject({ error: { code: -32602 } });
  expect(submits()).toBe(0);
});
