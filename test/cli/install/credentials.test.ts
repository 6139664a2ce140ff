import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claudeDesktop } from '../../../src/cli/install/clients/claude-desktop.ts';
import { codex } from '../../../src/cli/install/clients/codex.ts';
import { cursor } from '../../../src/cli/install/clients/cursor.ts';
import { vscode } from '../../../src/cli/install/clients/vscode.ts';
import { removeFolder } from '../../support/artefacts.ts';
import { canary, secretsIn } from '../../support/canaries.ts';
import { Machine } from './machine.ts';

const secret = canary('install');
const FILE = '/home/ann/.cursor/mcp.json';
const SECRET_FILE = '/home/ann/.local/share/firefly-mcp/client-secret-cursor';
const CODEX_SECRET = SECRET_FILE.replace('cursor', 'codex');
const ENTRY = { FIREFLY_CLIENT_ID: 'ann-id', FIREFLY_CLIENT_SECRET_FILE: SECRET_FILE };

let machine: Machine;
beforeEach(() => (machine = new Machine('linux')));
afterEach(() => removeFolder(machine.root));

/** Variables of the entry that Cursor has. */
function variables(): unknown {
  const { mcpServers } = JSON.parse(machine.text(FILE)) as { mcpServers: { firefly: { env?: unknown } } };
  return mcpServers.firefly.env;
}

/** The files of the machine that hold a secret. */
function holders(): readonly string[] {
  const files = Object.entries(machine.tree()).filter(([, content]) => /^\d+ /.test(content));
  return files.filter(([path]) => secretsIn(readFileSync(path)).length > 0).map(([path]) => machine.known(path));
}

describe('credentials that a person types', () => {
  test('go into a file that only this user can read, and the configuration names that file', async () => {
    const { code, out, err } = await machine.install(cursor, {}, { lines: ['ann-id', 'y'], secrets: [secret] });
    expect(code).toBe(0);
    expect(variables()).toEqual(ENTRY);
    expect(machine.text(SECRET_FILE)).toBe(`${secret}\n`);
    expect(statSync(machine.real(SECRET_FILE)).mode & 0o777).toBe(0o600);
    expect(statSync(machine.real(SECRET_FILE.replace('/client-secret-cursor', ''))).mode & 0o777).toBe(0o700);
    expect(holders()).toEqual([SECRET_FILE]);
    expect(secretsIn(out + err)).toEqual([]);
  });

  test('are asked for only once: a second client takes them over with two empty answers', async () => {
    await machine.install(cursor, {}, { lines: ['ann-id', 'y'], secrets: [secret] });
    const { err } = await machine.install(codex, {}, { lines: ['', 'y'], secrets: [''] });
    expect(err).toContain('(empty: ann-id)');
    expect(err).toContain(`(not shown; empty: the one in ${SECRET_FILE})`);
    expect(machine.text('/home/ann/.codex/config.toml')).toContain('FIREFLY_CLIENT_ID = "ann-id"');
    expect(holders()).toEqual([CODEX_SECRET, SECRET_FILE]);
  });

  test('are asked for again where they cannot be credentials', async () => {
    const answers = { lines: ['two words', 'your-client-id', 'ann-id', 'y'], secrets: ['<secret>', secret] };
    const { err } = await machine.install(cursor, {}, answers);
    expect(err.match(/That is no credential/g)).toHaveLength(3);
    expect(err.match(/placeholder of an example\. Copy the one from the page of the credential/g)).toHaveLength(2);
    expect(err).not.toContain('<secret>');
    expect(variables()).toEqual(ENTRY);
  });

  test('may be left out: the entry then has none, and it is said what that means', async () => {
    const { err } = await machine.install(cursor, {}, { lines: ['', 'y'] });
    expect(variables()).toBeUndefined();
    expect(err).toContain('Without credentials: the server starts');
  });

  test('are not stored where the person then says no', async () => {
    const before = machine.tree();
    await machine.install(cursor, {}, { lines: ['ann-id', 'n'], secrets: [secret] });
    expect(machine.tree()).toEqual(before);
  });
});

test('for the demo nothing is asked but the agreement', async () => {
  const { code } = await machine.install(claudeDesktop, { demo: true }, { lines: ['y'] });
  expect(code).toBe(0);
});

test('VS Code is said to ask for credentials, but for the demo, which has none', async () => {
  expect((await machine.install(vscode, { demo: true, yes: true })).out).toMatch(/"MCP: List Servers"\.\n$/);
  expect((await machine.install(vscode, { yes: true })).out).toContain('VS Code then asks for the credentials once');
});

test('VS Code asks for the credentials by itself: the configuration says so, and the secret is a password', async () => {
  const { code } = await machine.install(vscode, {}, { lines: ['y'] });
  const config = JSON.parse(machine.text('/home/ann/.config/Code/User/mcp.json')) as Record<string, unknown>;
  expect(code).toBe(0);
  expect(config['inputs']).toMatchObject([
    { type: 'promptString', id: 'firefly-client-id', password: false },
    { type: 'promptString', id: 'firefly-client-secret', password: true },
  ]);
  expect(config).toHaveProperty('servers.firefly.env.FIREFLY_CLIENT_SECRET', '${input:firefly-client-secret}');
  expect(holders()).toEqual([]);
});

describe('with --yes', () => {
  const withEnv = (env: Record<string, string>) => {
    removeFolder(machine.root);
    machine = new Machine('linux', env);
  };

  test('credentials come from the environment, and the secret still goes into the file', async () => {
    withEnv({ FIREFLY_CLIENT_ID: 'ann-id', FIREFLY_CLIENT_SECRET: secret });
    await machine.install(cursor, { yes: true });
    expect(variables()).toEqual(ENTRY);
    expect(holders()).toEqual([SECRET_FILE]);
  });

  test('a file that the environment names is named by the entry too, and is never deleted', async () => {
    withEnv({ FIREFLY_CLIENT_ID: 'ann-id', FIREFLY_CLIENT_SECRET_FILE: '~/keys/client-secret' });
    machine.put('/home/ann/keys/client-secret', secret, 0o600);
    await machine.install(cursor, { yes: true });
    expect(variables()).toEqual({ ...ENTRY, FIREFLY_CLIENT_SECRET_FILE: '/home/ann/keys/client-secret' });
    await machine.uninstall(cursor, { yes: true });
    expect(holders()).toEqual(['/home/ann/keys/client-secret']);
  });

  test.each([
    [{ FIREFLY_CLIENT_SECRET: secret }, 'The environment has a client secret and no client id.'],
    [{ FIREFLY_CLIENT_ID: 'two words', FIREFLY_CLIENT_SECRET: secret }, 'FIREFLY_CLIENT_ID must be one word'],
    [{ FIREFLY_CLIENT_ID: 'ann-id', FIREFLY_CLIENT_SECRET: `a\n${secret}` }, 'FIREFLY_CLIENT_SECRET must be one word'],
    [{ FIREFLY_CLIENT_ID: 'ann-id', FIREFLY_CLIENT_SECRET_FILE: '/gone' }, 'names /gone, which does not exist'],
    [{ FIREFLY_CLIENT_ID: 'ann-id', FIREFLY_CLIENT_SECRET_FILE: '/home/ann' }, 'is no regular file: /home/ann'],
    [
      { FIREFLY_CLIENT_ID: 'ann-id', FIREFLY_CLIENT_SECRET: secret, FIREFLY_CLIENT_SECRET_FILE: '/gone' },
      'FIREFLY_CLIENT_SECRET and FIREFLY_CLIENT_SECRET_FILE are both set.',
    ],
  ])('bad credentials of the environment are refused as configuration (%#)', async (env, words) => {
    withEnv(env);
    machine.put(FILE, '{}');
    const before = machine.tree();
    const message: unknown = expect.stringContaining(words);
    await expect(machine.install(cursor, { yes: true })).rejects.toMatchObject({ code: 'config_invalid', message });
    expect(machine.tree()).toEqual(before);
  });

  test('a data folder of its own is passed on, since hosts do not know the environment of a shell', async () => {
    withEnv({ FIREFLY_HOME: '/srv/firefly' });
    await machine.install(cursor, { yes: true, demo: true });
    expect(variables()).toEqual({ FIREFLY_HOME: '/srv/firefly' });
  });
});

describe('the stored secret', () => {
  test('goes with its client, if a person agrees, and that of another client stays', async () => {
    await machine.install(cursor, {}, { lines: ['ann-id', 'y'], secrets: [secret] });
    await machine.install(codex, {}, { lines: ['', 'y'], secrets: [''] });
    const first = await machine.uninstall(cursor, {}, { lines: ['y', 'y'] });
    expect(first.out).toContain(`Deleted ${SECRET_FILE}.`);
    expect(holders()).toEqual([CODEX_SECRET]);
    const second = await machine.uninstall(codex, {}, { lines: ['y', 'y'] });
    expect(second.out).toContain(`Deleted ${CODEX_SECRET}.`);
    expect(holders()).toEqual([]);
  });

  test('stays while another file of the client has an entry that uses it', async () => {
    const file = '/home/ann/project/mcp.json';
    await machine.install(cursor, {}, { lines: ['ann-id', 'y'], secrets: [secret] });
    await machine.install(cursor, { file }, { lines: ['', 'y'], secrets: [''] });
    const { err } = await machine.uninstall(cursor, { file: FILE }, { lines: ['y'] });
    expect(err).toContain(`The client secret stays in ${SECRET_FILE}: ${file} uses it.`);
  });

  test('of one client is not changed by other credentials for another', async () => {
    await machine.install(cursor, {}, { lines: ['ann-id', 'y'], secrets: [secret] });
    await machine.install(codex, {}, { lines: ['bob-id', 'y'], secrets: ['another'] });
    expect(machine.text(SECRET_FILE)).toBe(`${secret}\n`);
    expect(machine.text(CODEX_SECRET)).toBe('another\n');
  });

  test('is not replaced where another file of the client uses it, or install did not write it', async () => {
    machine.put(SECRET_FILE, 'mine', 0o600);
    const answers = { lines: ['ann-id', 'y'], secrets: [secret] };
    await expect(machine.install(cursor, {}, answers)).rejects.toMatchObject({
      code: 'client_config_conflict',
      message: `${SECRET_FILE} holds another client secret, and "firefly-mcp install" did not write it. Nothing was changed.`,
    });
    machine.disk.remove(SECRET_FILE);
    await machine.install(cursor, {}, answers);
    const other = { lines: ['bob-id', 'y'], secrets: ['another'] };
    await expect(machine.install(cursor, { file: '/home/ann/other.json' }, other)).rejects.toMatchObject({
      code: 'client_config_conflict',
    });
    expect(machine.text(SECRET_FILE)).toBe(`${secret}\n`);
    // A new secret for the entry that alone uses the file.
    expect((await machine.install(cursor, {}, other)).code).toBe(0);
    expect(machine.text(SECRET_FILE)).toBe('another\n');
  });

  test('goes also where the entry was replaced by one for the demo meanwhile', async () => {
    await machine.install(cursor, {}, { lines: ['ann-id', 'y'], secrets: [secret] });
    await machine.install(cursor, { demo: true, yes: true });
    const { out } = await machine.uninstall(cursor, { yes: true });
    expect(out).toContain(`Deleted ${SECRET_FILE}.`);
    expect(holders()).toEqual([]);
  });

  test('stays where the person wants to keep it', async () => {
    await machine.install(cursor, {}, { lines: ['ann-id', 'y'], secrets: [secret] });
    await machine.uninstall(cursor, {}, { lines: ['y', ''] });
    expect(holders()).toEqual([SECRET_FILE]);
  });
});
