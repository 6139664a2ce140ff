import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageFacts from '../../package.json' with { type: 'json' };
import { DESCRIPTION } from '../../packaging/description.mjs';
import { ROOT } from '../architecture/source-files.ts';
import { COMPAT, NODES } from './nodes.ts';

/*
 * The plugins in the programs that they are made for: each validates, installs and lists them, and starts the server. The
 * package is not in any registry, so `npx` is a script that writes down its arguments and starts dist/main.js.
 */

const CLAUDE = join(COMPAT, 'node_modules/@anthropic-ai/claude-code-linux-x64/claude');
const GEMINI = join(COMPAT, 'node_modules/@google/gemini-cli/bundle/gemini.js');
const newest = NODES.find(({ name }) => name === 'node-24')!.path;
const SERVER = `${DESCRIPTION.package}@${packageFacts.version}`;

let home: string;
let asked: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'firefly-plugins-'));
  asked = join(home, 'npx.log');
  mkdirSync(join(home, 'bin'));
  mkdirSync(join(home, 'work'));
  const npx = `#!/bin/sh\necho "$@ as $FIREFLY_CLIENT_ID:$FIREFLY_CLIENT_SECRET" >> '${asked}'\nexec '${process.execPath}' '${join(ROOT, 'dist/main.js')}' stdio\n`;
  writeFileSync(join(home, 'bin/npx'), npx);
  chmodSync(join(home, 'bin/npx'), 0o755);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Runs a host in a home folder of its own, without network. @returns its output */
async function run(program: string, args: readonly string[], answer = ''): Promise<string> {
  const env = {
    PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: home,
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  };
  const running = promisify(execFile)(program, args, { cwd: join(home, 'work'), env });
  running.child.stdin?.end(answer);
  const { stdout, stderr } = await running;
  return stdout + stderr;
}

describe('Claude Code', () => {
  const claude = (...args: string[]) => run(CLAUDE, args);

  test('finds the plugin and its list valid', async () => {
    expect(await claude('plugin', 'validate', join(ROOT, 'packaging/claude-plugin'))).toContain('Validation passed');
    expect(await claude('plugin', 'validate', ROOT)).toContain('Validation passed');
  });

  test('installs it from the list, asks for the credentials, passes them to the server, and removes it', async () => {
    await claude('plugin', 'marketplace', 'add', ROOT);
    const installed = await claude('plugin', 'install', 'firefly-mcp@firefly-mcp');
    expect(installed).toContain('2 userConfig options not yet set');
    expect(await claude('mcp', 'list')).toMatch(/plugin:firefly-mcp:firefly: .* Connected/);
    expect(readFileSync(asked, 'utf8')).toContain(`-y ${SERVER} stdio`);
    await claude('plugin', 'uninstall', 'firefly-mcp@firefly-mcp');
    const answers = ['--config', 'client_id=an-id', '--config', 'client_secret=a-word'];
    await claude('plugin', 'install', 'firefly-mcp@firefly-mcp', ...answers);
    expect(await claude('mcp', 'list')).toContain('Connected');
    expect(readFileSync(asked, 'utf8')).toContain('as an-id:a-word');
    await claude('plugin', 'uninstall', 'firefly-mcp@firefly-mcp');
    expect(await claude('mcp', 'list')).not.toContain('firefly-mcp');
  });
});

describe('Gemini CLI', () => {
  const gemini = (args: readonly string[], answer?: string) => run(newest, [GEMINI, ...args], answer);

  test('finds the extension valid, installs it, asks for the credentials, and starts the server', async () => {
    const folder = join(home, 'firefly-mcp');
    mkdirSync(folder);
    cpSync(join(ROOT, 'gemini-extension.json'), join(folder, 'gemini-extension.json'));
    expect(await gemini(['extensions', 'validate', folder])).toContain('successfully validated');
    rmSync(asked, { force: true });
    const installed = await gemini(['extensions', 'install', folder, '--consent', '--skip-settings'], 'y\ny\n');
    expect(installed).toMatch(/missing settings: Client id, Client secret[\s\S]*installed successfully/);
    expect(await gemini(['mcp', 'list'])).toMatch(/firefly \(from firefly-mcp\).* Connected/);
    expect(readFileSync(asked, 'utf8')).toContain(`-y ${SERVER} stdio`);
    await gemini(['extensions', 'uninstall', 'firefly-mcp']);
    expect(await gemini(['mcp', 'list'])).not.toContain('firefly-mcp');
  });
});
