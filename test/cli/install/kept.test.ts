import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codex } from '../../../src/cli/install/clients/codex.ts';
import { cursor } from '../../../src/cli/install/clients/cursor.ts';
import { vscode } from '../../../src/cli/install/clients/vscode.ts';
import { removeFolder } from '../../support/artefacts.ts';
import { canary } from '../../support/canaries.ts';
import { Machine } from './machine.ts';

const FILE = '/home/ann/.cursor/mcp.json';
const VSCODE = '/home/ann/.config/Code/User/mcp.json';
const CODEX = '/home/ann/.codex/config.toml';
const HOME = '/home/ann/.local/share/firefly-mcp';
const SECRET_FILE = `${HOME}/client-secret-cursor`;
const demo = { demo: true, yes: true };
const secret = canary('kept');
const credentials = () => ({ lines: ['ann-id', 'y'], secrets: [secret] });

let machine: Machine;
beforeEach(() => (machine = new Machine('linux')));
afterEach(() => removeFolder(machine.root));

describe('a stored secret stays where an entry that was placed by hand names its file', () => {
  test.each([
    ['of another client', CODEX, `[mcp_servers.mine]\nenv = { FIREFLY_CLIENT_SECRET_FILE = "${SECRET_FILE}" }\n`],
    [
      'with the home folder as ~',
      '/home/ann/.claude.json',
      '{ "x": "~/.local/share/firefly-mcp/client-secret-cursor" }',
    ],
    ['in the file itself', FILE, `{ "mcpServers": { "mine": { "env": { "F": "${SECRET_FILE}" } } } }`],
  ])('%s', async (_, file, text) => {
    machine.put(file, text);
    await machine.install(cursor, {}, credentials());
    const { err } = await machine.uninstall(cursor, { yes: true });
    expect(err).toContain(`The client secret stays in ${SECRET_FILE}: ${file} names it.`);
    expect(machine.text(SECRET_FILE)).toBe(`${secret}\n`);
  });
});

describe('inputs of VS Code', () => {
  const input = '{ "id": "firefly-client-secret", "type": "command", "command": "mine" }';

  test('with our id that install did not write are refused', async () => {
    machine.put(VSCODE, `{ "inputs": [${input}] }`);
    const before = machine.tree();
    await expect(machine.install(vscode, { yes: true })).rejects.toMatchObject({
      code: 'client_config_conflict',
      message: `${VSCODE} has an input "firefly-client-secret" that "firefly-mcp install" did not write. Nothing was changed.`,
    });
    expect(machine.tree()).toEqual(before);
  });

  test('that the user has changed, or that another server uses too, stay', async () => {
    machine.put(VSCODE, '{\n  "theme": "dark"\n}\n');
    await machine.install(vscode, { yes: true });
    const changed = machine
      .text(VSCODE)
      .replace('"Firefly: client secret"', '"mine"')
      .replace('"servers": {', '"servers": {\n    "other": { "env": { "ID": "${input:firefly-client-id}" } },');
    machine.put(VSCODE, changed);
    await machine.uninstall(vscode, { yes: true });
    const { inputs, servers } = JSON.parse(machine.text(VSCODE)) as Record<string, unknown>;
    expect(inputs).toMatchObject([{ id: 'firefly-client-id' }, { id: 'firefly-client-secret', description: 'mine' }]);
    expect(Object.keys(servers as object)).toEqual(['other']);
  });
});

describe('TOML', () => {
  const table =
    '[mcp_servers.firefly]\ncommand = "/usr/bin/node"\nargs = ["/opt/firefly/dist/main.js", "stdio", "--demo"]\nenv = { MINE = "x" }\n';

  test('a table of the user with our very command is not ours', async () => {
    machine.put(CODEX, table);
    const before = machine.tree();
    const message: unknown = expect.stringContaining('that "firefly-mcp install" did not write');
    await expect(machine.install(codex, demo)).rejects.toMatchObject({ code: 'client_config_conflict', message });
    await expect(machine.uninstall(codex, { yes: true })).rejects.toMatchObject({ message });
    expect(machine.tree()).toEqual(before);
  });

  test.each([
    ['a text of several lines', (block: string) => `note = """\n${block}"""\n`],
    ['a text of several lines that ends with quotes', (block: string) => `note = """\n${block}"""""\n`],
    ['a literal text of several lines', (block: string) => `note = '''\n${block}'''\n`],
    ['a list of lists', () => `note = [\n ["mcp_servers.firefly"],\n ["x"],\n]\n`],
    ['a key with a dot', () => `["mcp_servers.firefly"]\ncommand = "x"\n`],
  ])('%s that looks like our table is left alone, and ours is found beside it', async (_, disguised) => {
    await machine.install(codex, demo);
    const text = disguised(machine.text(CODEX));
    await machine.uninstall(codex, { yes: true });
    machine.put(CODEX, text);
    expect((await machine.uninstall(codex, { yes: true })).out).toContain('has no entry for Firefly');
    expect((await machine.install(codex, demo)).code).toBe(0);
    machine.put(CODEX, `${machine.text(CODEX)}\n[later]\nx = 1\n`);
    expect((await machine.uninstall(codex, { yes: true })).code).toBe(0);
    expect(machine.text(CODEX)).toBe(`${text}\n[later]\nx = 1\n`);
  });
});

describe('an entry of our name', () => {
  test('of another program with the usual file name is not ours: it is said, and it comes back', async () => {
    const own = '{ "mcpServers": { "firefly": { "command": "node", "args": ["/home/ann/own/dist/main.js"] } } }';
    machine.put(FILE, own);
    const { err } = await machine.install(cursor, demo);
    expect(err).toContain(
      'The entry "firefly" that is there starts another program, and is replaced. "uninstall" brings it back.',
    );
    machine.put(FILE, `${machine.text(FILE)}\n`);
    await machine.uninstall(cursor, { yes: true });
    expect(machine.text(FILE)).toBe(`${own}\n`);
  });

  test('that the user has changed since install is shown without its values', async () => {
    await machine.install(cursor, demo);
    machine.put(FILE, machine.text(FILE).replace('"--demo"]', '"--demo"],\n      "env": { "X": "hidden-1" }'));
    const { err } = await machine.uninstall(cursor, { yes: true });
    expect(err).toContain('"X": "…"');
    expect(err).not.toContain('hidden-1');
  });
});

test('the difference is one, of what is on the disk before and after', async () => {
  machine.put(VSCODE, '{\n  "inputs": [\n    { "id": "other" }\n  ],\n  "a": 1,\n  "servers": {}\n}\n');
  const added = await machine.install(vscode, { yes: true });
  expect(added.err.match(/^@@ .*/gm)).toEqual(['@@ line 3 @@', '@@ line 6 @@']);
  const removed = await machine.uninstall(vscode, { yes: true });
  const signs = (text: string, sign: string) => text.split('\n').filter((line) => line.startsWith(sign)).length;
  expect(signs(removed.err, '-')).toBe(signs(added.err, '+'));
  expect(removed.err).toContain('+  "servers": {}\n');
  machine.disk.remove(VSCODE);
  await machine.install(vscode, { yes: true });
  const deleted = await machine.uninstall(vscode, { yes: true });
  expect(signs(deleted.err, '+')).toBe(0);
  expect(deleted.err).toContain('"install" made this file, and it holds nothing else: it is deleted.');
});

describe('permissions', () => {
  test('a stored secret that others may read is refused, as the server would refuse it', async () => {
    await machine.install(cursor, {}, credentials());
    chmodSync(machine.real(SECRET_FILE), 0o644);
    const answers = { lines: ['', 'y'], secrets: [''] };
    await expect(machine.install(codex, {}, answers)).rejects.toMatchObject({
      code: 'config_invalid',
      message: `${SECRET_FILE} holds a secret, but other users may open it (mode 0644).`,
    });
  });

  test('a data folder that others may open is warned of, and one that they may write to is refused', async () => {
    await machine.install(cursor, demo);
    chmodSync(machine.real(HOME), 0o755);
    const { err } = await machine.install(codex, demo);
    expect(err).toContain(`Other users may open ${HOME} (mode 0755). Run: chmod 700 '${HOME}'\n`);
    chmodSync(machine.real(HOME), 0o777);
    const before = machine.tree();
    const refused = {
      code: 'config_invalid',
      message: `The data folder ${HOME} is not used: other users may write to it (mode 0777).`,
    };
    await expect(machine.install(vscode, { yes: true })).rejects.toMatchObject(refused);
    await expect(machine.uninstall(cursor, { yes: true })).rejects.toMatchObject(refused);
    expect(machine.tree()).toEqual(before);
  });
});
