import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import packageFacts from '../../package.json' with { type: 'json' };
import { PROGRAM, runProgram, start } from '../support/program/command.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { turnsMs } from '../support/work.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-program-')));
afterEach(() => removeFolder(folder));

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

describe('the built program', () => {
  test('prints its version, and nothing on stderr', { tags: 'long' }, async () => {
    const { code, out, err } = await runProgram(['--version'], { cwd: folder });
    expect({ code, out, err }).toEqual({ code: 0, out: `${packageFacts.version}\n`, err: '' });
  });

  test('ends with 78 for a malformed option, with nothing on stdout', async () => {
    const { code, out, err } = await runProgram(['stdio'], { cwd: folder, env: { FIREFLY_RPM: 'x' } });
    expect({ code, out }).toEqual({ code: 78, out: '' });
    expect(err).toMatch(/^firefly-mcp: FIREFLY_RPM must be/);
  });

  test.each(['http://ann:p%@127.0.0.1:9', 'http://a%zz:b@127.0.0.1:9', 'http://ann:p%ff@127.0.0.1:9'])(
    'refuses the password of a proxy that cannot be decoded, with what to encode: %s',
    async (proxy) => {
      const { code, err } = await runProgram(['jobs'], { cwd: folder, env: { HTTPS_PROXY: proxy } });
      expect({ code, err }).toEqual({
        code: 78,
        err: expect.stringMatching(/^firefly-mcp: HTTPS_PROXY names a proxy with a special character .*"%" as %25/),
      });
    },
  );

  test('ends with 2 for an unknown command', async () => {
    expect(await runProgram(['servr'], { cwd: folder })).toMatchObject({ code: 2, out: '' });
  });

  test('ends with 0 where the reader of stdout closes the pipe early', async () => {
    const running = start(['tools', '--json'], { cwd: folder });
    running.child.stdout.destroy();
    const { code, err } = await running.ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

describe('stdio', () => {
  test.each([[[]], [['stdio']], [['--preview', 'none']]])(
    'started with %j serves until the input ends',
    async (args) => {
      const running = start(args, { cwd: folder });
      running.child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
      await running.shows(/"serverInfo"/);
      running.child.stdin.end();
      const { code, out, err } = await running.ended;
      expect({ code, err }).toEqual({ code: 0, err: '' });
      for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('jsonrpc', '2.0');
      // The handshake needs no job store, so none was created.
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test.each(['SIGTERM', 'SIGINT'] as const)('ends within five seconds of %s', { tags: 'long' }, async (signal) => {
    const running = start(['stdio'], { cwd: folder });
    running.child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
    await running.shows(/"serverInfo"/);
    const ending = async () => {
      running.child.kill(signal);
      expect(await running.ended).toMatchObject({ code: 0, signal: null });
    };
    expect(await turnsMs(ending)).toBeLessThan(5_000);
  });
});

describe('http', () => {
  test(
    'names the file of its token, which it keeps, writes no token to a log, and ends on SIGTERM',
    { tags: 'long' },
    async () => {
      const tokens: string[] = [];
      for (let round = 0; round < 2; round += 1) {
        const running = start(['http', '--port', '0'], { cwd: folder });
        const [, url = '', tokenFile = ''] = await running.shows(/Serving MCP at (\S+), .* token in (\S+)\n/);
        const token = readFileSync(tokenFile, 'utf8').trim();
        tokens.push(token);
        const answer = await fetch(url, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
          },
          body: JSON.stringify(INITIALIZE),
        });
        expect(answer.status).toBe(200);
        await answer.body?.cancel();
        running.child.kill('SIGTERM');
        const { code, out, err } = await running.ended;
        expect({ code, out }).toEqual({ code: 0, out: '' });
        expect(err).not.toContain(token);
      }
      expect(tokens[0]).toMatch(/^[\w-]{43}$/);
      expect(tokens[1]).toBe(tokens[0]);
    },
  );

  test('reports a port that is in use in one line', { tags: 'long' }, async () => {
    const first = start(['http', '--port', '0'], { cwd: folder });
    const [, port = ''] = await first.shows(/127\.0\.0\.1:(\d+)\/mcp/);
    const second = await runProgram(['http', '--port', port], { cwd: folder });
    expect(second.code).toBe(1);
    expect(second.err).toBe(
      `firefly-mcp: Port ${port} on 127.0.0.1 is in use. Choose another port, or 0 for any free one.\n`,
    );
    first.child.kill('SIGTERM');
    await first.ended;
  });

  test('says what to do where its build lacks the page of the studio', { tags: 'long' }, async () => {
    const copy = join(folder, 'installed');
    cpSync(dirname(PROGRAM), copy, { recursive: true });
    rmSync(join(copy, 'studio.html'));
    const running = start(['http', '--port', '0'], { cwd: folder, program: join(copy, 'main.js') });
    const [, port = ''] = await running.shows(/127\.0\.0\.1:(\d+)\/mcp/);
    const answer = await fetch(`http://127.0.0.1:${port}/studio`);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('Install the package again')]);
    running.child.kill('SIGTERM');
    await running.ended;
  });

  test('refuses an address that other machines can reach', async () => {
    const { code, err } = await runProgram(['http', '--host', '0.0.0.0', '--port', '0'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toContain('this machine only');
  });
});
