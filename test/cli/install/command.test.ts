import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CLIENTS } from '../../../src/cli/install/clients.ts';
import { main } from '../../../src/cli/main.ts';
import { askSecretOn, Interruption } from '../../../src/cli/terminal/ask-secret.ts';
import type { Choice } from '../../../src/cli/terminal/terminal.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { canary } from '../../support/canaries.ts';
import { fakeTerminal } from '../fake-terminal.ts';

let home = '';
beforeEach(() => (home = temporaryFolder('firefly-install-')));
afterEach(() => removeFolder(home));

async function run(args: readonly string[], parts: Parameters<typeof fakeTerminal>[1] = {}) {
  const terminal = fakeTerminal(args, { home, cwd: home, platform: 'linux', env: {}, entry: '/opt/main.js', ...parts });
  const code = await main(terminal);
  return { code, ...terminal.output };
}

describe('the command line', () => {
  test('names the clients where a client is unknown, with the nearest', async () => {
    const { code, err } = await run(['install', 'cursr']);
    expect(code).toBe(2);
    expect(err).toContain('There is no client "cursr". Did you mean cursor?');
    for (const { id } of CLIENTS) expect(err).toContain(id);
  });

  test('needs a client in a script', async () => {
    for (const command of ['install', 'uninstall']) {
      const { code, err } = await run([command]);
      expect(code).toBe(2);
      expect(err).toContain('Name a client: claude-desktop, claude-code,');
    }
  });

  test('shows the file that an entry is in, where --file named another than the usual one', async () => {
    const file = join(home, 'elsewhere', 'settings.json');
    mkdirSync(join(home, 'elsewhere'));
    await run(['install', 'zed', '--demo', '--yes', '--file', file]);
    const { out } = await run(['install']);
    expect(out.split('\n').find((line) => line.startsWith('zed'))).toMatch(new RegExp(`installed +${file}$`));
  });

  test('shows in a script which clients this machine has, those first, with their files', async () => {
    mkdirSync(join(home, '.codex'));
    await run(['install', 'zed', '--demo', '--yes']);
    const { out } = await run(['install']);
    const rows = out.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows.slice(0, 4)).toEqual([
      ['CLIENT', 'state', 'configuration'],
      ['codex', 'found on this machine', join(home, '.codex/config.toml')],
      ['zed', 'installed', join(home, '.config/zed/settings.json')],
      ['claude-desktop', join(home, '.config/Claude/claude_desktop_config.json')],
    ]);
    expect(rows).toHaveLength(CLIENTS.length + 2);
  });

  test.each([[''], ['user'], ['./x'], ['/home/ann\u001b[2J']])('refuses %j as the home folder', async (value) => {
    const { code, err } = await run(['install', 'cursor', '--demo', '--yes'], { env: { HOME: value } });
    expect(code).toBe(78);
    expect(err).toMatch(
      /^firefly-mcp: HOME names .*\. Nothing was changed\. Set it to the home folder of this user\.\n$/,
    );
  });

  test('takes a relative folder of a client from the working directory', async () => {
    const { out } = await run(['install', 'codex', '--demo', '--yes'], { env: { CODEX_HOME: 'conf' } });
    expect(out).toContain(`in ${join(home, 'conf/config.toml')}.`);
  });

  test('ends where no folder can be made', async () => {
    const { code, err } = await run(['install', 'cursor', '--demo', '--yes', '--file', '/proc/x/y.json']);
    expect(code).toBe(1);
    expect(err).toMatch(/\/proc\/x\/y\.json (leads|cannot)/);
  });

  test('refuses a file whose name steers a terminal', async () => {
    const { code, err } = await run(['install', 'cursor', '--print', '--file', 'a\nfirefly-mcp: all is well']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'firefly-mcp: --file names a path with a control character. See firefly-mcp install --help.\n',
    });
  });

  test('without a person and without --yes ends with 1 and says how to go on', async () => {
    const { code, err } = await run(['install', 'cursor']);
    expect(code).toBe(1);
    expect(err).toBe(
      'firefly-mcp: No person is at this terminal to agree. Nothing was changed. Add --yes to agree beforehand, or see with --print what would be added.\n',
    );
  });

  test.each([
    [['install', 'cursor', '--client-secret', 'x']],
    [['install', 'cursor', '--client-id', 'x']],
    [['install', 'cursor', '--print', '--yes']],
    [['install', 'cursor', 'zed']],
  ])('refuses %j: credentials are no flags', async (args) => {
    expect((await run(args)).code).toBe(2);
  });

  test('installs into a file that --file names, and takes it out again', async () => {
    const file = join(home, 'project/.mcp.json');
    await run(['install', 'claude-code', '--demo', '--yes', '--file', 'project/.mcp.json']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      mcpServers: { firefly: { type: 'stdio', command: process.execPath, args: ['/opt/main.js', 'stdio', '--demo'] } },
    });
    const { out } = await run(['uninstall', 'claude-code', '--yes']);
    expect(out).toContain(`Removed from Claude Code, in ${file}.`);
  });

  test('writes the real path of the program, which a link of npm leads to', async () => {
    mkdirSync(join(home, 'lib'));
    writeFileSync(join(home, 'lib/main.js'), '');
    symlinkSync(join(home, 'lib/main.js'), join(home, 'firefly-mcp'));
    const { out } = await run(['install', 'cursor', '--print'], { entry: join(home, 'firefly-mcp') });
    expect(out).toContain(JSON.stringify(join(home, 'lib/main.js')));
  });

  test('warns where the program is in the cache of npx', async () => {
    const entry = '/home/ann/.npm/_npx/1a2b/node_modules/firefly-mcp-server/dist/main.js';
    const { err } = await run(['install', 'cursor', '--demo', '--yes'], { entry });
    expect(err).toContain('install the package globally');
  });
});

describe('--print', () => {
  test.each(CLIENTS.map((client) => [client.id, client.format] as const))(
    'shows what %s needs, and writes nothing',
    async (id, format) => {
      const { code, out, err } = await run(['install', id, '--print']);
      expect(code).toBe(0);
      if (format === 'toml') expect(out).toMatch(/^\[mcp_servers\.firefly\]\ncommand = /);
      else expect(JSON.stringify(JSON.parse(out))).toContain('/opt/main.js');
      expect(err).toContain(home);
      expect((await run(['uninstall', id, '--yes'])).out).toContain('has no entry for Firefly');
    },
  );

  test('names the file for the secret where the client keeps none, and never the secret', async () => {
    const env = { FIREFLY_CLIENT_ID: 'ann-id', FIREFLY_CLIENT_SECRET: canary('print') };
    const { out, err } = await run(['install', 'lm-studio', '--print'], { env });
    expect(out).toContain('"FIREFLY_CLIENT_ID": "ann-id"');
    expect(err).toContain('client-secret-lm-studio, a file that only you may read (mode 0600)');
    expect(err).toMatch(/Or open this address: https:\/\/lmstudio\.ai\/install-mcp\?name=firefly&config=\S+\n$/);
  });
});

describe('where no client is named', () => {
  test('a person chooses: clients of this machine come first, with their file', async () => {
    mkdirSync(join(home, '.codex'));
    mkdirSync(join(home, '.config/zed'), { recursive: true });
    let offered: readonly Choice[] = [];
    const { code, out } = await run(['install', '--print', '--demo'], {
      choose: async (_, choices) => {
        offered = choices;
        return 'zed';
      },
    });
    expect(code).toBe(0);
    expect(out).toContain('context_servers');
    expect(offered).toHaveLength(CLIENTS.length);
    expect(offered.slice(0, 3).map(({ label, hint }) => [label, hint])).toEqual([
      ['Codex, found on this machine', join(home, '.codex/config.toml')],
      ['Zed, found on this machine', join(home, '.config/zed/settings.json')],
      ['Claude Desktop', join(home, '.config/Claude/claude_desktop_config.json')],
    ]);
  });

  test('uninstall offers what was installed', async () => {
    await run(['install', 'windsurf', '--demo', '--yes']);
    let offered: readonly Choice[] = [];
    const { code } = await run(['uninstall'], {
      choose: async (_, choices) => {
        offered = choices;
        return undefined;
      },
    });
    expect(code).toBe(130);
    expect(offered.map(({ value }) => value)).toEqual(['windsurf']);
  });
});

describe('a question for a secret', () => {
  function screen() {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const shown: string[] = [];
    output.on('data', (text: Buffer) => shown.push(String(text)));
    return { input, output, shown: () => shown.join('') };
  }

  test('shows nothing of what is typed, corrected or pasted', async () => {
    const { input, output, shown } = screen();
    const answer = askSecretOn({ input, output }, 'Secret: ', new AbortController().signal);
    for (const key of ['a', 'b', 'x', '\u007f', 'pasted text', '\r']) input.write(key);
    expect(await answer).toBe('abpasted text');
    expect(shown()).toBe('Secret: \n');
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends with %s', async (_, key) => {
    const { input, output } = screen();
    const answer = askSecretOn({ input, output }, 'Secret: ', new AbortController().signal);
    input.write(key);
    await expect(answer).rejects.toThrow(Interruption);
  });

  test('that is interrupted ends the command with 130, and nothing is changed', async () => {
    const { code, err } = await run(['install', 'cursor'], {
      ask: async () => 'ann-id',
      askSecret: () => Promise.reject(new Interruption()),
    });
    expect(code).toBe(130);
    expect(err).toMatch(/Nothing was changed\.\n$/);
  });
});
