import { chmodSync, mkdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cursor } from '../../../src/cli/install/clients/cursor.ts';
import { vscode } from '../../../src/cli/install/clients/vscode.ts';
import { zed } from '../../../src/cli/install/clients/zed.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { removeFolder } from '../../support/artefacts.ts';
import { runProgram } from '../../support/program/command.ts';
import { Machine } from './machine.ts';

const HOME = '/home/ann/.local/share/firefly-mcp';
const RECORD = `${HOME}/installed.json`;
const FILE = '/home/ann/.cursor/mcp.json';
const demo = { demo: true, yes: true };

let machine: Machine;
beforeEach(() => (machine = new Machine('linux')));
afterEach(() => removeFolder(machine.root));

function recorded(): readonly string[] {
  const { entries } = JSON.parse(machine.text(RECORD)) as { entries: readonly { client: string }[] };
  return entries.map(({ client }) => client).toSorted();
}

describe('several runs at once', () => {
  test('lose nothing of the list', { tags: 'long' }, async () => {
    mkdirSync(join(machine.root, 'user'));
    const ids = ['cursor', 'windsurf', 'zed'];
    const runs = ids.map((id) => runProgram(['install', id, '--demo', '--yes'], { cwd: machine.root }));
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0, 0]);
    const list = readFileSync(join(machine.root, 'home/installed.json'), 'utf8');
    expect([...list.matchAll(/"client": "(.*)"/g)].map((match) => String(match[1])).toSorted()).toEqual(ids);
  });

  test('wait for each other, and for a run that was killed only a short time', async () => {
    machine.put(`${HOME}/installed.lock`, '');
    let isHeld = true;
    const clock = {
      ...systemClock,
      sleep: async () => {
        isHeld = false;
        machine.disk.remove(`${HOME}/installed.lock`);
      },
    };
    await machine.install(cursor, demo, undefined, { clock });
    expect(isHeld).toBe(false);
    machine.put(`${HOME}/installed.lock`, '');
    const longAgo = Date.now() / 1000 - 60;
    utimesSync(machine.real(`${HOME}/installed.lock`), longAgo, longAgo);
    await machine.install(zed, demo);
    expect(recorded()).toEqual(['cursor', 'zed']);
    expect(machine.disk.names(HOME)).toEqual(['installed.json']);
  });

  test('of one file: the second is refused where the first has written meanwhile, and its secret is not stored', async () => {
    machine.put(FILE, '{}\n');
    const secrets = ['first-secret'];
    const meanwhile = async () => {
      await machine.install(cursor, demo);
      return 'y';
    };
    const lines = ['ann-id', meanwhile];
    await expect(machine.install(cursor, {}, { lines, secrets })).rejects.toMatchObject({
      code: 'client_config_conflict',
      message: `Another program has changed ${FILE} in the meantime. Nothing was written.`,
    });
    expect(machine.disk.names(HOME)).toEqual(['installed.json']);
    await machine.uninstall(cursor, { yes: true });
    expect(machine.text(FILE)).toBe('{}\n');
  });
});

describe('a list of what was installed that cannot be believed is refused, and nothing is written', () => {
  test.each([
    ['broken JSON', '[{', 'is damaged'],
    ['another form', '{ "folders": [], "entries": [{ "client": "cursor", "file": 1 }] }', 'is damaged'],
    ['an empty file', '', 'is damaged'],
  ])('%s', async (_, text, words) => {
    machine.put(FILE, '{}\n');
    machine.put(RECORD, text, 0o600);
    const before = machine.tree();
    const refused = {
      code: 'home_unusable',
      message: `${RECORD}, the list of what was installed, ${words}. Nothing was changed.`,
    };
    await expect(machine.install(cursor, demo)).rejects.toMatchObject(refused);
    await expect(machine.uninstall(cursor, { yes: true })).rejects.toMatchObject(refused);
    expect(machine.tree()).toEqual(before);
  });

  test('a file that other users may write', async () => {
    await machine.install(cursor, demo);
    chmodSync(machine.real(RECORD), 0o666);
    const message: unknown = expect.stringContaining('is not used: other users may write to it (mode 0666)');
    await expect(machine.uninstall(cursor, { yes: true })).rejects.toMatchObject({ code: 'home_unusable', message });
  });

  test('a file that names a foreign file as a stored secret: that file stays', async () => {
    await machine.install(cursor, demo);
    machine.put('/home/ann/precious', 'x');
    machine.put(
      RECORD,
      machine.text(RECORD).replace('"client":', '"storedSecret": "/home/ann/precious",\n"client":'),
      0o600,
    );
    await machine.uninstall(cursor, { yes: true });
    expect(machine.text('/home/ann/precious')).toBe('x');
  });
});

describe('folders that install made go with the last entry', () => {
  test('of the data folder, whatever the order', async () => {
    removeFolder(machine.real('/home/ann/.local'));
    const before = machine.tree();
    await machine.install(cursor, demo);
    await machine.install(zed, demo);
    await machine.install(vscode, { yes: true });
    await machine.uninstall(zed, { yes: true });
    await machine.uninstall(cursor, { yes: true });
    expect(statSync(machine.real(RECORD)).isFile()).toBe(true);
    await machine.uninstall(vscode, { yes: true });
    expect(machine.tree()).toEqual(before);
  });

  test('of the configuration, also where the user has deleted the file', async () => {
    const before = machine.tree();
    await machine.install(vscode, { yes: true });
    machine.disk.remove('/home/ann/.config/Code/User/mcp.json');
    await machine.uninstall(vscode, { yes: true });
    expect(machine.tree()).toEqual(before);
  });

  test('and those that were there stay', async () => {
    mkdirSync(machine.real('/home/ann/.cursor'));
    mkdirSync(machine.real(HOME), { mode: 0o700 });
    const before = machine.tree();
    await machine.install(cursor, demo);
    await machine.uninstall(cursor, { yes: true });
    expect(machine.tree()).toEqual(before);
  });
});
