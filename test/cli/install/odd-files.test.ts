import { chmodSync, linkSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codex } from '../../../src/cli/install/clients/codex.ts';
import { cursor } from '../../../src/cli/install/clients/cursor.ts';
import { lmStudio } from '../../../src/cli/install/clients/lm-studio.ts';
import { install } from '../../../src/cli/install/install.ts';
import type { Problem } from '../../../src/shared/errors.ts';
import { removeFolder } from '../../support/artefacts.ts';
import { Machine } from './machine.ts';

const FILE = '/home/ann/.cursor/mcp.json';
const USED = '{\n  "mcpServers": {\n    "other": { "command": "x" }\n  }\n}\n';
const demo = { demo: true, yes: true };

let machine: Machine;
beforeEach(() => (machine = new Machine('linux')));
afterEach(() => removeFolder(machine.root));

/** What the program says of a file that it refuses; nothing may have changed. */
async function refusal(client = cursor, request: object = demo): Promise<Problem> {
  const before = machine.tree();
  const error: unknown = await machine.install(client, request).catch((thrown: unknown) => thrown);
  expect(machine.tree()).toEqual(before);
  return error as Problem;
}

describe('a file that cannot be changed is refused, and nothing is written', () => {
  test('broken JSON, with line and column', async () => {
    machine.put(FILE, '{\n  "mcpServers": {\n    "a": {}\n    "b": {}\n  }\n}\n');
    const { code, message, next } = await refusal();
    expect(code).toBe('client_config_broken');
    expect(message).toBe(`${FILE} is not valid JSON: comma expected in line 4, column 5. Nothing was changed.`);
    expect(next).toMatch(/^Correct the file/);
  });

  test('broken TOML, with line and column', async () => {
    machine.put('/home/ann/.codex/config.toml', 'model = "m"\nbroken\n');
    const { code, message } = await refusal(codex);
    expect(code).toBe('client_config_broken');
    expect(message).toMatch(/is not valid TOML: .* in line 2, column \d+\. Nothing was changed\.$/);
  });

  test.each([
    ['a read-only file', () => machine.put(FILE, USED, 0o444), 'is read-only'],
    ['another encoding', () => machine.put(FILE, Buffer.from(`\ufeff${USED}`, 'utf16le')), 'is not encoded as UTF-8'],
    ['a huge file', () => machine.put(FILE, huge()), 'has 16 MB, and a configuration at most 8'],
    ['a file with hard links', () => hardLink(), 'has other names too (hard links), which would not see a change'],
    ['a folder', () => mkdirSync(machine.real(FILE), { recursive: true }), 'is a folder'],
    ['a link to nothing', () => link('/home/ann/gone.json'), 'is a symbolic link to a file that does not exist'],
    ['links in a circle', () => link(FILE), 'leads through symbolic links that form a circle'],
    [
      'a path through a link to nothing',
      () => symlinkSync('/gone', machine.real('/home/ann/.cursor')),
      'leads through a folder that cannot be made, or a symbolic link to nothing',
    ],
    ['a path through a file', () => machine.put('/home/ann/.cursor', 'x'), 'leads through a file that is no folder'],
  ])('%s', async (_, make, message) => {
    make();
    const problem = await refusal();
    expect(problem.code).toBe('client_config_unusable');
    expect(problem.message).toBe(`${FILE} ${problem.message.slice(FILE.length + 1)}`);
    expect(problem.message).toContain(message);
  });

  test('a table of Codex of our name that install did not write', async () => {
    machine.put('/home/ann/.codex/config.toml', '[mcp_servers.firefly]\ncommand = "mine"\n');
    const { code, message } = await refusal(codex);
    expect(code).toBe('client_config_conflict');
    expect(message).toContain('has a table mcp_servers.firefly that "firefly-mcp install" did not write');
  });

  test('a file that another program changes while a person decides', async () => {
    machine.put(FILE, USED);
    const { setting } = machine.session(
      { lines: [] },
      {
        ask: async () => {
          machine.put(FILE, `${USED}\n`);
          return 'y';
        },
      },
    );
    const attempt = install(cursor, { demo: true, yes: false, file: undefined }, setting);
    await expect(attempt).rejects.toMatchObject({ code: 'client_config_conflict' });
    expect(machine.text(FILE)).toBe(`${USED}\n`);
    expect(Object.keys(machine.tree()).filter((path) => path.includes('.bak'))).toEqual([]);
  });
});

/** One text of 15 MB, which overflows the stack of a pattern. */
function huge(): string {
  return `{ "mcpServers": { "firefly": { "command": "${'x'.repeat(15 * 2 ** 20)}" } } }`;
}

function hardLink(): void {
  machine.put(FILE, USED);
  linkSync(machine.real(FILE), machine.real(`${FILE}.other`));
}

function link(target: string): void {
  mkdirSync(machine.real('/home/ann/.cursor'), { recursive: true });
  symlinkSync(machine.real(target), machine.real(FILE));
}

describe('what is odd about a file is kept', () => {
  test.each([
    ['Windows', '\r\n'],
    ['old macOS', '\r'],
  ])('a byte order mark, and the line ends of %s', async (_, eol) => {
    const text = `\ufeff${USED.replaceAll('\n', eol)}`;
    machine.put(FILE, text);
    const { err } = await machine.install(cursor, demo);
    const now = machine.text(FILE);
    expect(now.startsWith(`\ufeff{${eol}`)).toBe(true);
    expect(now.replaceAll(eol, '')).not.toMatch(/[\r\n]/);
    expect(err).toContain(
      '@@ line 3 @@\n-    "other": { "command": "…" }\n+    "other": { "command": "…" },\n+    "firefly"',
    );
    await machine.uninstall(cursor, { yes: true });
    expect(machine.text(FILE)).toBe(text);
  });

  test('a symbolic link: the file behind it is changed, and the link stays', async () => {
    machine.put('/home/ann/dotfiles/mcp.json', USED);
    link('/home/ann/dotfiles/mcp.json');
    const before = machine.tree();
    await machine.install(cursor, demo);
    expect(lstatSync(machine.real(FILE)).isSymbolicLink()).toBe(true);
    expect(machine.text('/home/ann/dotfiles/mcp.json')).toContain('firefly');
    await machine.uninstall(cursor, { yes: true });
    expect(machine.tree()).toEqual(before);
  });

  test.each([0o600, 0o664])('the mode %o, also of the copy', async (mode) => {
    machine.put(FILE, USED);
    chmodSync(machine.real(FILE), mode);
    const { out } = await machine.install(cursor, demo);
    const copy = /as it was: (\S+\.bak)\./.exec(out)?.[1] ?? '';
    expect(statSync(machine.real(FILE)).mode & 0o777).toBe(mode);
    expect(statSync(machine.real(copy)).mode & 0o777).toBe(mode);
    expect(readFileSync(machine.real(copy), 'utf8')).toBe(USED);
  });

  test('an empty file becomes a configuration, and empty again', async () => {
    machine.put(FILE, '');
    const before = machine.tree();
    await machine.install(cursor, demo);
    expect(JSON.parse(machine.text(FILE))).toHaveProperty('mcpServers.firefly');
    await machine.uninstall(cursor, { yes: true });
    expect(machine.tree()).toEqual(before);
  });

  test('a file that install made stays where the client has written into it', async () => {
    await machine.install(cursor, demo);
    machine.put(FILE, machine.text(FILE).replace('{', '{\n  "theme": "dark",'));
    await machine.uninstall(cursor, { yes: true });
    expect(machine.text(FILE)).toBe('{\n  "theme": "dark"\n}\n');
  });
});

describe('an entry that is there', () => {
  test('and equal is left alone, and nothing is asked', async () => {
    machine.put(FILE, USED);
    await machine.install(cursor, demo);
    const before = machine.tree();
    const { code, out, err } = await machine.install(cursor, { demo: true }, { lines: [] });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('has this entry already');
    expect(machine.tree()).toEqual(before);
  });

  test('and differs is shown with what it would be, and stays where the person says no', async () => {
    machine.put(FILE, USED.replace('other', 'firefly'));
    const before = machine.tree();
    const { code, err } = await machine.install(cursor, { demo: true }, { lines: ['n'] });
    expect(code).toBe(1);
    expect(err).toContain('-    "firefly": { "command": "…" }\n');
    expect(err).toContain('+      "command": "/usr/bin/node",\n');
    expect(err).toMatch(/Replace the entry\? \[y\/N\] Nothing was changed\.\n$/);
    expect(machine.tree()).toEqual(before);
  });

  test('from an install for Adobe is replaced by one for the demo, and both are undone at once', async () => {
    machine.put(FILE, USED);
    const before = machine.tree();
    await machine.install(cursor, { yes: true });
    await machine.install(cursor, demo);
    expect(machine.text(FILE)).toContain('--demo');
    await machine.uninstall(cursor, { yes: true });
    expect(machine.tree()).toEqual(before);
  });
});

test('nothing is changed in a script that has not agreed beforehand', async () => {
  machine.put(FILE, USED);
  const problem = await refusal(cursor, { demo: true, yes: false });
  expect(problem.code).toBe('confirmation_required');
  expect(problem.next).toContain('--yes');
  await expect(machine.uninstall(cursor)).rejects.toMatchObject({ code: 'confirmation_required' });
});

test('nothing is changed where it cannot be recorded how to undo it', async () => {
  machine.put(FILE, USED);
  machine.put('/home/ann/.local/share/firefly-mcp', 'a file in place of the data folder');
  const { code } = await refusal();
  expect(code).toBe('home_unusable');
});

test('a comment in a file that its client reads as plain JSON is pointed out', async () => {
  machine.put('/home/ann/.lmstudio/mcp.json', '{\n  "mcpServers": {} // none\n}\n');
  const { err } = await machine.install(lmStudio, demo);
  expect(err).toContain(
    'The file has a comment or a trailing comma (line 2, column 20), which LM Studio may not read.',
  );
  machine.put(FILE, '{\n  "mcpServers": {} // none\n}\n');
  expect((await machine.install(cursor, demo)).err).not.toContain('may not read');
});

test.each([
  ['of another program', '{ "mcpServers": { "firefly": { "url": "https://x" } } }', cursor, FILE],
  ['in TOML', '[mcp_servers.firefly]\nurl = "https://x"\n', codex, '/home/ann/.codex/config.toml'],
])('uninstall refuses an entry of our name %s', async (_, text, client, file) => {
  machine.put(file, text);
  const before = machine.tree();
  const message: unknown = expect.stringContaining('that "firefly-mcp install" did not write. Nothing was changed.');
  await expect(machine.uninstall(client, { yes: true })).rejects.toMatchObject({
    code: 'client_config_conflict',
    message,
  });
  expect(machine.tree()).toEqual(before);
});

test('uninstall takes out an entry that starts this program from another place, without a record', async () => {
  machine.put(
    FILE,
    '{ "mcpServers": { "firefly": { "command": "npx", "args": ["-y", "firefly-mcp-server@1.0.0"] } } }',
  );
  expect((await machine.uninstall(cursor, { yes: true })).code).toBe(0);
  expect(machine.text(FILE)).not.toContain('firefly');
});

test('uninstall without an entry says so and changes nothing', async () => {
  machine.put(FILE, USED);
  const before = machine.tree();
  const { code, out } = await machine.uninstall(cursor, { yes: true });
  expect({ code, out }).toEqual({ code: 0, out: `Cursor has no entry for Firefly in ${FILE}. Nothing was changed.\n` });
  expect(machine.tree()).toEqual(before);
});
