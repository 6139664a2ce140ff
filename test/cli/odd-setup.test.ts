import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NamedFinding } from '../../src/cli/doctor/check.ts';
import { main } from '../../src/cli/main.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { canary } from '../support/canaries.ts';
import { PROGRAM } from '../support/program/command.ts';
import { fakeTerminal } from './fake-terminal.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-setup-')));
afterEach(() => removeFolder(folder));

async function run(args: readonly string[], env: Record<string, string>, cwd: string | undefined = folder) {
  const terminal = fakeTerminal(args, {
    cwd,
    home: folder,
    env: { FIREFLY_HOME: join(folder, 'home'), FIREFLY_OUTPUT_DIR: join(folder, 'out'), ...env },
  });
  return { code: await main(terminal), ...terminal.output };
}

async function findings(env: Record<string, string>, args: readonly string[] = ['--demo']) {
  const { out, code } = await run(['doctor', '--json', ...args], env);
  const { checks } = JSON.parse(out) as { checks: readonly NamedFinding[] };
  return { code, by: (name: string) => checks.find((check) => check.name === name) };
}

describe('doctor', () => {
  test('warns of a root that is gone, is no folder, and of variables that do not count', async () => {
    writeFileSync(join(folder, 'file'), '');
    const roots = `${join(folder, 'gone')}:${join(folder, 'file')}:${folder}`;
    const { code, by } = await findings({ FIREFLY_ROOTS: roots, FIREFLY_RMP: '4' });
    expect(by('picture folders')).toMatchObject({
      verdict: 'warn',
      message: expect.stringMatching(/^FIREFLY_ROOTS names .*gone, which does not exist; .*file, which is no folder$/),
    });
    expect(by('configuration')).toMatchObject({ verdict: 'warn', message: expect.stringContaining('FIREFLY_RMP') });
    expect(code).toBe(0);
  });

  test('says that only HTTPS_PROXY counts where another variable names a proxy, and by which way a host was tried', async () => {
    const nobody = 'http://127.0.0.1:9';
    const other = await findings({ ALL_PROXY: nobody, FIREFLY_API_URL: nobody, FIREFLY_IMS_URL: nobody }, []);
    expect(other.by('proxy')?.message).toBe('none: ALL_PROXY does not count, HTTPS_PROXY does');
    expect(other.by('firefly api')?.next).toMatch(/set HTTPS_PROXY/);
    const used = await findings({ HTTPS_PROXY: nobody }, []);
    expect(used.by('firefly api')).toMatchObject({
      message: expect.stringMatching(/ cannot be reached by the proxy \(ECONNREFUSED\)$/),
      next: 'Check the proxy that HTTPS_PROXY names, or let NO_PROXY name this host.',
    });
  });

  test('refuses a file of certificates that holds none, as every command does', async () => {
    writeFileSync(join(folder, 'host'), 'my-machine\n');
    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'host') };
    const { by } = await findings(env, []);
    expect(by('store')).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('holds no certificate in PEM'),
    });
    const call = await run(['call', 'list_custom_models'], {
      ...env,
      FIREFLY_CLIENT_ID: 'a',
      FIREFLY_CLIENT_SECRET: 'b',
    });
    expect(call.out).toContain('holds no certificate in PEM form');
  });

  test('says that a credential is a placeholder, without showing it', async () => {
    const value = `op://${canary('reference')}`;
    const unreachable = { FIREFLY_API_URL: 'http://127.0.0.1:9', FIREFLY_IMS_URL: 'http://127.0.0.1:9' };
    const { by } = await findings({ FIREFLY_CLIENT_SECRET: value, FIREFLY_CLIENT_ID: '$ID', ...unreachable }, []);
    expect(by('credentials')).toMatchObject({ verdict: 'fail' });
    expect(by('configuration')?.message).toBe(
      'FIREFLY_CLIENT_ID holds a placeholder, so it counts as not set. FIREFLY_CLIENT_SECRET holds a reference to a store of secrets, which it cannot read, so it counts as not set.',
    );
  });

  test.each([['*'], ['localhost, *'], ['adobe.io,.adobelogin.com']])(
    'finds a proxy in order that NO_PROXY=%s leaves unused, and fails for one that is used and silent',
    async (noProxy) => {
      // Nothing listens on port 9, and with the emulator in place of Adobe no request leaves the machine.
      const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NODE_EXTRA_CA_CERTS: join(folder, 'gone.pem') };
      const unused = await findings({ ...env, NO_PROXY: noProxy }, []);
      expect(unused.by('proxy')).toMatchObject({ verdict: 'ok', message: expect.stringContaining('not used') });
      // A certificate file that cannot be read is a finding too, and keeps requests from being sent.
      expect(unused.by('firefly api')?.message).toBe('not checked: see "store"');
      expect(unused.by('store')).toMatchObject({
        verdict: 'fail',
        message: expect.stringMatching(/NODE_EXTRA_CA_CERTS/),
      });
      if (noProxy === '*') expect((await findings(env, [])).by('proxy')).toMatchObject({ verdict: 'fail' });
    },
  );
});

describe('a working directory that was deleted', () => {
  // A shell, since a process cannot be started in a folder that is not there.
  const inDeleted = async (...args: readonly string[]) => {
    const gone = join(folder, `gone-${args[0]}`);
    mkdirSync(gone);
    const script = 'cd "$1" && rmdir "$1" && shift && exec "$@"';
    const env = { PATH: process.env['PATH'], HOME: folder, FIREFLY_HOME: join(folder, 'home') };
    const running = promisify(execFile)('sh', ['-c', script, 'sh', gone, process.execPath, PROGRAM, ...args], { env });
    running.child.stdin?.end();
    const { stdout, stderr } = await running.catch((error: { stdout: string; stderr: string }) => error);
    return { out: stdout, err: stderr.replace(/^.*getcwd\(\).*\n/m, '') };
  };

  test.skipIf(process.platform === 'win32')(
    'keeps no command from answering in one line or serving',
    { tags: 'long' },
    async () => {
      const [version, call, stdio, batch] = await Promise.all([
        inDeleted('--version'),
        inDeleted('call', 'list_images', '--demo'),
        inDeleted('stdio', '--demo'),
        inDeleted('batch', 'x.jsonl', '--demo'),
      ]);
      expect(version).toEqual({ out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '' });
      expect(call).toEqual({ out: expect.stringContaining('"images": []'), err: '' });
      expect(stdio).toEqual({ out: '', err: '' });
      expect(batch.err).toBe(
        'firefly-mcp: The working directory does not exist any more. Change to a folder that exists, and run the command again.\n',
      );
    },
  );

  test('is told by doctor, and makes a relative path a clear error', async () => {
    const terminal = fakeTerminal(['doctor', '--demo'], {
      cwd: undefined,
      home: folder,
      env: { FIREFLY_HOME: folder },
    });
    await main(terminal);
    expect(terminal.output.out).toMatch(/^warn +picture folders +none: the working directory does not exist any more/m);
    for (const command of [
      ['verify', '--demo'],
      ['demo', '--out', 'here'],
    ]) {
      const needy = fakeTerminal(command, { cwd: undefined, home: folder, env: { FIREFLY_HOME: folder } });
      expect([command, await main(needy)]).toEqual([command, 78]);
      expect(needy.output.err).toMatch(/^firefly-mcp: The working directory does not exist any more\./);
    }
    const relative = fakeTerminal(['jobs'], { cwd: undefined, home: folder, env: { FIREFLY_ROOTS: 'pictures' } });
    expect(await main(relative)).toBe(78);
    expect(relative.output.err).toMatch(/^firefly-mcp: FIREFLY_ROOTS names a relative path, but the working directory/);
  });
});

test.each([
  [{ FIREFLY_OUTPUT_DIR: '${user_config.output}/x' }, 'FIREFLY_OUTPUT_DIR'],
  [{ FIREFLY_ROOTS: '%USERPROFILE%\\Pictures' }, 'FIREFLY_ROOTS'],
  [{ HTTPS_PROXY: `http://us@er:p@${canary('password')}#1@host:3128` }, 'HTTPS_PROXY'],
  [{ FIREFLY_OUTPUT_DIR: 'FILE' }, 'FIREFLY_OUTPUT_DIR'],
  [{ FIREFLY_HOME: 'FILE' }, 'FIREFLY_HOME'],
])('a value that cannot be used is one line with its name, and exit code 78: %#', async (env, name) => {
  writeFileSync(join(folder, 'file'), '');
  const values = Object.entries(env).map(([key, value]) => [key, value === 'FILE' ? join(folder, 'file') : value]);
  const { code, out, err } = await run(['jobs'], Object.fromEntries(values) as Record<string, string>);
  expect({ code, out }).toEqual({ code: 78, out: '' });
  expect(err).toMatch(new RegExp(`^firefly-mcp: ${name} [^\\n]+\\n$`));
});

test('lines of the log are plain sentences in a command that answers once', async () => {
  const { err } = await run(['call', 'list_images', '--demo'], {
    FIREFLY_ROOTS: join(folder, 'gone'),
    FIREFLY_RMP: '1',
  });
  expect(err.trim().split('\n')).toEqual([
    expect.stringMatching(/^firefly-mcp: warning: "?FIREFLY_RMP"? is set, but no such option exists/),
    expect.stringMatching(/^firefly-mcp: warning: FIREFLY_ROOTS names .*gone, which does not exist/),
  ]);
});
