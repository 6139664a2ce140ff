import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/registry.ts';
import { noticeOf } from '../../src/cli/commands/serve/stdio.ts';
import { main } from '../../src/cli/main.ts';
import { withoutHiddenText } from '../../src/cli/terminal/hidden-text.ts';
import packageFacts from '../../package.json' with { type: 'json' };
import { fakeTerminal } from './fake-terminal.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-cli-')));
afterEach(() => removeFolder(folder));

/** Runs a command line with a data folder of its own, without credentials. */
async function run(args: readonly string[], parts: Parameters<typeof fakeTerminal>[1] = {}) {
  const env = { FIREFLY_HOME: join(folder, 'home'), ...parts.env };
  const terminal = fakeTerminal(args, { cwd: folder, home: folder, ...parts, env });
  const code = await main(terminal);
  return { code, ...terminal.output };
}

describe('help and version', () => {
  test('http --help names the file of the token, also with --demo, in lines that fit a screen of 120', async () => {
    const { out } = await run(['http', '--help']);
    for (const file of [' FIREFLY_HOME/http-token ', ' FIREFLY_HOME/demo/http-token)']) expect(out).toContain(file);
    const [, description = ''] = out.split('\n\n');
    expect(Math.max(...description.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test.each([['--help'], ['-h'], ['help']])('%s lists every command and every flag', async (word) => {
    const { code, out } = await run([word]);
    expect(code).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(out).toContain(`  ${name} `);
    expect(out).toContain('--rpm N');
    expect(out).not.toMatch(/--client-secret|--access-token/);
  });

  test.each(Object.keys(COMMANDS))(
    '%s --help explains the command and each of its flags once, and leads to the options',
    async (name) => {
      const { code, out } = await run([name, '--help']);
      const command = await COMMANDS[name]!.load();
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^Usage: firefly-mcp ${name}`));
      for (const flag of Object.keys(command.flags))
        expect(out.match(new RegExp(`^  --${flag} `, 'gm'))).toHaveLength(1);
      expect(out.includes('firefly-mcp --help')).toBe(command.takesOptions);
      expect((await run(['help', name])).out).toBe(out);
    },
  );

  test('--version prints the version of the package', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: `${packageFacts.version}\n` });
  });
});

test.each([[['--help']], [['tools']], [['install', 'zed', '--print']]])(
  '%j whose output cannot be written has failed',
  async (args) => {
    const terminal = fakeTerminal(args, { cwd: folder, home: folder, env: { FIREFLY_HOME: folder } });
    const code = await main({ ...terminal, out: async () => 'lost' });
    expect(code).toBe(1);
    expect(terminal.output.err).toMatch(/firefly-mcp: Not all of the output could be written\.\n$/);
  },
);

test('no question and no list shows characters that steer a terminal', async () => {
  const asked: unknown[] = [];
  const { askSecret, choose } = withoutHiddenText(
    fakeTerminal([], {
      askSecret: async (question) => {
        asked.push(question);
        return '';
      },
      choose: async (question, choices) => {
        asked.push(question, choices);
        return undefined;
      },
    }),
  );
  await askSecret?.('Secret of \u001b[2Ja\u202eb: ', new AbortController().signal);
  await choose?.('Which\u0007?', [{ value: 'a\u0007', label: 'A\u200b', hint: '/x\u009b31m' }]);
  expect(asked).toEqual(['Secret of ab: ', 'Which?', [{ value: 'a\u0007', label: 'A', hint: '/x31m' }]]);
});

describe('a wrong command line', () => {
  test.each([
    [['stdoi'], 'There is no command "stdoi". Did you mean stdio?'],
    [['constructor'], 'There is no command "constructor".'],
    [['http', '--prot', '1'], 'Unknown flag --prot. Did you mean --port? See firefly-mcp http --help.'],
    [['http', '--port', 'many'], '--port must be a whole number from 0 to 65535, but is "many".'],
    [['call'], 'Name a tool'],
    [['call', 'generate_imag'], 'Did you mean generate_image?'],
    [['call', 'job_status', '--json', '[1]'], '--json must be a JSON object'],
    [['call', 'job_status', '--json', '{}', '--job', 'x'], 'not both'],
    [['--dmo'], 'Unknown flag --dmo. Did you mean --demo? See firefly-mcp --help.'],
  ])('such as %j ends with 2 and one line', async (args, message) => {
    const { code, out, err } = await run(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('with a malformed option ends with 78 and one line, and creates no file', async () => {
    const { code, out, err } = await run(['call', 'job_status'], { env: { FIREFLY_RPM: 'x' } });
    expect({ code, out }).toEqual({ code: 78, out: '' });
    expect(err).toBe(
      'firefly-mcp: FIREFLY_RPM must be a whole number from 1 to 10000; received "x". Correct it or remove it (default: 4).\n',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is not one with an unknown variable, which is a warning on stderr', async () => {
    const { code, err } = await run(['jobs'], { env: { FIREFLY_RMP: '4' } });
    expect(code).toBe(0);
    expect(err).toMatch(/^firefly-mcp: warning: "?FIREFLY_RMP"? is set, but no such option exists\..*\n$/);
  });
});

describe('tools', () => {
  test('prints the catalogue of the clients with --json', async () => {
    const { out } = await run(['tools', '--json']);
    const { tools } = JSON.parse(out) as { tools: { name: string; inputSchema: object }[] };
    expect(tools.map((tool) => tool.name)).toContain('generate_image');
    expect(tools.every((tool) => typeof tool.inputSchema === 'object')).toBe(true);
  });

  test('prints one tool with its arguments', async () => {
    const { out } = await run(['tools', 'save_image']);
    expect(out).toContain('save_image: Save image (set library)');
    expect(out).toContain('--images (list of string)');
  });

  test('prints the set of each tool', async () => {
    const { out } = await run(['tools']);
    expect(out).toMatch(/^generate_image +core +Creates images /m);
    expect(out).toMatch(/^submit_batch +batch +Makes /m);
  });
});

describe('--read-only', () => {
  test('refuses tools that spend or change anything, and allows the others', async () => {
    const refused = await run(['call', 'generate_image', '--prompt', 'x', '--read-only']);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('FIREFLY_READ_ONLY');
    expect((await run(['call', 'list_images'], { env: { FIREFLY_READ_ONLY: '1' } })).code).toBe(0);
  });
});

describe('--toolsets', () => {
  test('leaves out the tools of other sets, and says which set a refused one is of', async () => {
    const refused = await run(['call', 'list_images', '--toolsets', 'core']);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('FIREFLY_TOOLSETS leaves out its set, library');
    expect((await run(['call', 'list_images', '--toolsets', 'core,library'])).code).toBe(0);
  });

  test('does not allow what --read-only forbids', async () => {
    const env = { FIREFLY_TOOLSETS: 'library', FIREFLY_READ_ONLY: '1' };
    expect((await run(['call', 'save_image'], { env })).err).toContain('FIREFLY_READ_ONLY');
    expect((await run(['call', 'job_status'], { env })).err).toContain('FIREFLY_TOOLSETS');
    expect((await run(['call', 'list_images'], { env })).code).toBe(0);
  });
});

describe('without credentials', () => {
  test('a paid call names the missing variables and --demo, and stores no job', async () => {
    const { code, out, err } = await run(['call', 'generate_image', '--prompt', 'a fox']);
    expect(code).toBe(1);
    expect(err).toBe('');
    const { error } = JSON.parse(out) as { error: { code: string; next: string } };
    expect(error.code).toBe('credentials_missing');
    expect(error.next).toMatch(/FIREFLY_CLIENT_ID.*--demo/);
    expect((await run(['jobs'])).out).toContain('There are no jobs yet.');
  });

  test('a tool that needs none works', async () => {
    const { code, out } = await run(['call', 'list_images']);
    expect({ code, images: (JSON.parse(out) as { images: unknown[] }).images }).toEqual({ code: 0, images: [] });
  });

  test('call --json - reads the arguments from stdin', async () => {
    const { code, out } = await run(['call', 'list_images', '--json', '-'], { readInput: async () => '{"limit": 0}' });
    expect(code).toBe(1);
    expect(out).toContain('limit');
  });

  test('jobs creates no job store', async () => {
    expect(await run(['jobs'])).toMatchObject({ code: 0, out: 'There are no jobs yet.\n' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux').each([['jobs'], ['clean']])(
    '%s refuses a data folder that cannot be made, instead of telling that it is empty',
    async (command) => {
      const { code, out, err } = await run([command], { env: { FIREFLY_HOME: '/proc/firefly' } });
      expect({ code, out }).toEqual({ code: 78, out: '' });
      expect(err).toMatch(/^firefly-mcp: The data folder \/proc\/firefly cannot be used \(E\w+\)\. Set FIREFLY_HOME/);
    },
  );

  test('a data folder that is none is refused by the name of its variable', async () => {
    writeFileSync(join(folder, 'file'), '');
    const env = { FIREFLY_HOME: join(folder, 'file', 'home') };
    const { code, out, err } = await run(['call', 'list_images'], { env });
    expect({ code, out }).toEqual({ code: 78, out: '' });
    expect(err).toMatch(/^firefly-mcp: FIREFLY_HOME names .*, which is no folder\. Set FIREFLY_HOME .*\n$/);
  });
});

describe('flags before the command', () => {
  test.each([
    [['--demo', 'jobs']],
    [['--rpm', '5', '--demo', 'jobs']],
    [['--demo', '--rpm=5', 'jobs']],
    [['--demo', '--rpm', '5', 'jobs']],
  ])('%j are those of the command', async (args) => {
    expect(await run(args)).toMatchObject({ code: 0, out: expect.stringContaining('There are no jobs yet.'), err: '' });
  });

  test('are read as after it: a wrong one is named with the help of the command', async () => {
    const { code, err } = await run(['--rmp', '5', 'jobs']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'firefly-mcp: Unknown flag --rmp. Did you mean --rpm? See firefly-mcp jobs --help.\n',
    });
  });

  test('whose value is the name of a command keep it', async () => {
    expect(await run(['--home', join(folder, 'x'), 'jobs'])).toMatchObject({ code: 0 });
    expect((await run(['--home', 'jobs', 'doctr'])).err).toContain('Unexpected word "doctr"');
  });

  test('with --help lead to the help of the command', async () => {
    expect((await run(['--help', 'jobs'])).out).toMatch(/^Usage: firefly-mcp jobs/);
    expect((await run(['--demo', 'jobs', '--help'])).out).toMatch(/^Usage: firefly-mcp jobs/);
  });
});

test.each([
  ['generate_image', 'generate_image is a tool: firefly-mcp call generate_image.'],
  ['fill-image', 'fill_image is a tool: firefly-mcp call fill_image.'],
  ['jbos', 'Did you mean jobs?'],
])('the command %s does not exist, and the answer says what does', async (name, hint) => {
  expect(await run([name, '--prompt', 'x'])).toMatchObject({
    code: 2,
    err: `firefly-mcp: There is no command "${name}". ${hint} See firefly-mcp --help.\n`,
  });
});

test('a person at a screen is told that a host starts this, and how it ends; a host is told nothing', () => {
  expect(noticeOf({ ask: async () => '' })).toMatch(/^Serving MCP.* host.*firefly-mcp --help.*Ctrl-C/);
  expect(noticeOf({ ask: undefined })).toBe('');
});

test('a batch with two sources names both', async () => {
  const { code, err } = await run(['batch', 'a.jsonl', '--prompt', 'a fox']);
  expect({ code, err }).toEqual({
    code: 2,
    err: 'firefly-mcp: "a.jsonl" and --prompt are two sources; a batch has one. See firefly-mcp batch --help.\n',
  });
});

test('a dry run with --save has nothing to save, and is no failure', async () => {
  const args = ['call', 'generate_image', '--prompt', 'a fox', '--dry-run', '--save', 'fox.png', '--demo'];
  const { code, out, err } = await run(args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({ dry_run: true });
});

test.each([
  ['api-url', 'firefly-api.adobe.io'],
  ['public-url', 'firefly.example.com'],
])('--%s is refused with an address of its own kind', async (flag, example) => {
  const { code, err } = await run(['jobs', `--${flag}`, 'http://example.com']);
  expect(code).toBe(78);
  expect(err).toContain(`such as https://${example} (`);
});
