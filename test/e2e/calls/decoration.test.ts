import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { fakeTerminal } from '../../cli/fake-terminal.ts';
import { overhear } from '../../support/artefacts.ts';
import { start } from '../../support/program/command.ts';
import { MAIN, TestInstallation } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

/** Progress is decoration: nothing that happens to a stream, a terminal or a folder ends a paid request or a server. */
let installation: TestInstallation;
let emulator: Emulator;
beforeAll(async () => {
  installation = await TestInstallation.create();
  emulator = await installation.emulator({ draw: drawFlat, latencyMs: 50 });
});
afterAll(() => installation.end());

const environment = (home: string, adobe = emulator) =>
  installation.environment(adobe, { FIREFLY_RPM: '60', FIREFLY_HOME: join(installation.folder, home) });

/** States of the jobs of a home, and the paid requests that it has counted. */
async function outcome(home: string) {
  const { folder } = installation;
  const terminal = fakeTerminal(['jobs'], { cwd: folder, home: folder, env: environment(home) });
  await main(terminal);
  const { out } = terminal.output;
  const states = [...out.matchAll(/^job_\w+\s+(\w+)/gm)].map(([, state]) => state);
  return { states, sent: Number(/Quota: (\d+) of/.exec(out)?.[1]), out };
}

const CALL = ['call', 'generate_image', '--prompt', 'a fox'];

/** Streams whose reader goes away. Here the one with the answer; all are in `decoration.long.ts`, as are those on a full disk. */
const ALL_STREAMS = process.env['ALL_STREAMS'] === 'true';
const CLOSED = [
  ['stderr is closed by its reader', ['err'], 0],
  ['stdout is closed by its reader', ['out'], 1],
  ['both streams are closed by their readers', ['out', 'err'], 1],
] as const;
const FULL = [
  ['stderr', 2, 0],
  ['stdout', 1, 1],
] as const;

describe.concurrent('nothing that happens to', () => {
  test.each(ALL_STREAMS ? CLOSED : CLOSED.slice(1, 2))(
    'a call whose %s is paid for once, and its picture is kept',
    { tags: 'long' },
    async (what, streams, code) => {
      const running = start(CALL, { cwd: installation.folder, env: environment(what) });
      running.child.stdin.end();
      await running.shows(/queued/);
      for (const stream of streams) running.child[stream === 'out' ? 'stdout' : 'stderr'].destroy();
      const ended = await running.ended;
      expect(ended.code).toBe(code);
      // What stdout cannot take any more is named on stderr.
      if (what.startsWith('stdout')) expect(ended.err).toMatch(/job_\w+/);
      expect(await outcome(what)).toMatchObject({ states: ['succeeded'], sent: 1 });
    },
  );

  test.skipIf(process.platform !== 'linux').each(ALL_STREAMS ? FULL : FULL.slice(0, 1))(
    'a call whose %s is on a full disk is paid for once, and its picture is kept',
    { tags: 'long' },
    async (what, fd, code) => {
      const full = await open('/dev/full', 'w');
      const stdio = ['ignore', 'ignore', 'ignore'].map((other, n) => (n === fd ? full.fd : (other as 'ignore')));
      const child = spawn(process.execPath, [MAIN, ...CALL], {
        env: environment(`full ${what}`),
        cwd: installation.folder,
        stdio,
      });
      overhear(child);
      expect((await once(child, 'exit'))[0]).toBe(code);
      await full.close();
      expect(await outcome(`full ${what}`)).toMatchObject({ states: ['succeeded'], sent: 1 });
    },
  );

  test('a batch whose stderr is closed makes all its pictures', { tags: 'long' }, async () => {
    await writeFile(join(installation.folder, 'items.jsonl'), '{"prompt":"a"}\n{"prompt":"b"}\n');
    const again = start(['batch', 'items.jsonl'], { cwd: installation.folder, env: environment('batch') });
    again.child.stdin.end();
    await again.shows(/checked/);
    again.child.stderr.destroy();
    again.child.stdout.destroy();
    expect((await again.ended).code).toBe(0);
    const { out, sent } = await outcome('batch');
    expect(out).toContain('2 of 2 done');
    expect(sent).toBe(2);
  });

  const ask = (id: number, prompt: string) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'generate_image', arguments: { prompt, wait_seconds: 30 } },
  });
  const HELLO = {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  };

  test('a stdio server serves on without its log, and with its pictures folder gone', { tags: 'long' }, async () => {
    const piped = installation.pipe({ ...environment('stdio'), FIREFLY_LOG_LEVEL: 'debug' });
    piped.send(HELLO);
    await piped.answer(0);
    piped.child.stderr?.destroy();
    piped.send(ask(1, 'one'));
    expect(await piped.answer(1)).toMatchObject({ result: { structuredContent: { state: 'succeeded' } } });
    await rm(join(installation.folder, 'stdio', 'images'), { recursive: true });
    piped.send(ask(2, 'two'));
    expect(await piped.answer(2)).toMatchObject({ result: { structuredContent: { state: 'succeeded' } } });
    piped.child.kill('SIGTERM');
    await once(piped.child, 'exit');
    expect(await outcome('stdio')).toMatchObject({ states: ['succeeded', 'succeeded'], sent: 2 });
  });

  test(
    'an HTTP server serves on without its log, and when its terminal is closed',
    { tags: 'long' },
    async ({ expect: expectHere }) => {
      const adobe = await installation.emulator({ draw: drawFlat, latencyMs: 50 });
      const running = start(['http', '--port', '0'], {
        cwd: installation.folder,
        env: { ...environment('http', adobe), FIREFLY_LOG_LEVEL: 'debug' },
      });
      const [, url = '', tokenFile = ''] = await running.shows(/Serving MCP at (\S+), .* token in (\S+)\n/);
      const token = (await readFile(tokenFile, 'utf8')).trim();
      running.child.stderr.destroy();
      running.child.stdout.destroy();
      const headers = {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      };
      const post = (body: object, session?: string) =>
        fetch(url, {
          method: 'POST',
          headers: session === undefined ? headers : { ...headers, 'Mcp-Session-Id': session },
          body: JSON.stringify(body),
        });
      const session = (await post(HELLO)).headers.get('mcp-session-id') ?? '';
      const answered = post(ask(1, 'over http'), session).then((response) => response.text());
      await expectHere.poll(() => adobe.control.submits().length).toBe(1);
      running.child.kill('SIGHUP');
      expect(await answered).toContain('"state":"succeeded"');
      running.child.kill('SIGTERM');
      expect(await running.ended).toMatchObject({ code: 0 });
    },
  );

  test('a store is whole in its one file after every way to stop', { tags: 'long' }, async () => {
    const storeIn = async (home: string) =>
      (await readdir(join(installation.folder, home))).filter((name) => name.startsWith('firefly.sqlite'));
    for (const [home, stop] of [
      ['end of input', 'stdin'],
      ['SIGTERM', 'SIGTERM'],
      ['SIGINT', 'SIGINT'],
    ] as const) {
      const piped = installation.pipe(environment(home));
      piped.send(HELLO);
      await piped.answer(0);
      piped.send(ask(1, 'one'));
      await piped.answer(1);
      expect(await storeIn(home)).toContain('firefly.sqlite-wal');
      const exit = once(piped.child, 'exit');
      if (stop === 'stdin') piped.child.stdin?.end();
      else piped.child.kill(stop);
      expect((await exit)[0]).toBe(0);
      expect(await storeIn(home), home).toEqual(['firefly.sqlite']);
    }
  });
});
