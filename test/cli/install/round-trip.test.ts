import { parse as parseToml } from 'smol-toml';
import { parse as parseJsonc } from 'jsonc-parser';
import { afterEach, describe, expect, test } from 'vitest';
import type { Client } from '../../../src/cli/install/client.ts';
import { CLIENTS } from '../../../src/cli/install/clients.ts';
import { locate } from '../../../src/cli/install/files/locate.ts';
import { canary } from '../../support/canaries.ts';
import { removeFolder } from '../../support/artefacts.ts';
import { Machine, OTHER_SECRET, SYSTEMS, usedConfig, type System } from './machine.ts';

const machines: Machine[] = [];
afterEach(() => machines.splice(0).forEach(({ root }) => removeFolder(root)));

function newMachine(system: System, env?: Readonly<Record<string, string>>): Machine {
  const machine = new Machine(system, env);
  machines.push(machine);
  return machine;
}

function configOf(client: Client, machine: Machine): string {
  return locate(client, machine.session().setting.where, machine.disk).file;
}

/** The configuration as the client reads it. */
function read(client: Client, text: string): Record<string, unknown> {
  const value: unknown =
    client.format === 'toml' ? parseToml(text) : client.format === 'json' ? JSON.parse(text) : parseJsonc(text);
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

function serversOf(client: Client, config: Record<string, unknown>): Record<string, unknown> {
  return (config[client.servers[0] ?? ''] ?? {}) as Record<string, unknown>;
}

const CELLS = CLIENTS.flatMap((client) => SYSTEMS.map((system) => [client.id, system, client] as const));
const credentials = () => ({ lines: ['ann-client-id', 'y'], secrets: [canary('secret')] });

describe('on a prepared home', () => {
  test.each(CELLS)('%s on %s gets the entry, and all else stays as it was', async (_, system, client) => {
    const machine = newMachine(system);
    const file = configOf(client, machine);
    machine.put(file, usedConfig(client), 0o640);
    const { code, out, err } = await machine.install(client, {}, client.inputs ? { lines: ['y'] } : credentials());
    expect(code).toBe(0);
    const before = read(client, usedConfig(client));
    const after = read(client, machine.text(file));
    const { firefly, ...others } = serversOf(client, after);
    expect(others).toEqual(serversOf(client, before));
    expect(JSON.stringify(firefly)).toContain(JSON.stringify(machine.session().setting.terminal.execPath).slice(1, -1));
    // JSON needs a comma behind the entry that was the last.
    const lines = machine.text(file).replaceAll(',', '').split('\n');
    expect(
      usedConfig(client)
        .replaceAll(',', '')
        .split('\n')
        .filter((line) => !lines.includes(line)),
    ).toEqual([]);
    expect(out + err).not.toContain(OTHER_SECRET);
    expect(machine.text(file)).not.toMatch(/p8e\+/);
  });

  test.each(CELLS)('%s on %s is byte for byte what it was after install and uninstall', async (_, system, client) => {
    const machine = newMachine(system);
    machine.put(configOf(client, machine), usedConfig(client), 0o640);
    const before = machine.tree();
    const answers = client.inputs ? { lines: ['y'] } : credentials();
    expect((await machine.install(client, {}, answers)).code).toBe(0);
    expect(machine.tree()).not.toEqual(before);
    // The second question is about the secret.
    expect((await machine.uninstall(client, {}, { lines: ['y', 'y'] })).code).toBe(0);
    expect(machine.tree()).toEqual(before);
  });

  test.each(CELLS)('%s on %s has no file and no folder left where there was none', async (_, system, client) => {
    const machine = newMachine(system);
    const before = machine.tree();
    expect((await machine.install(client, { demo: true, yes: true })).code).toBe(0);
    expect(JSON.stringify(serversOf(client, read(client, machine.text(configOf(client, machine)))))).toContain(
      '--demo',
    );
    expect((await machine.uninstall(client, { yes: true })).code).toBe(0);
    expect(machine.tree()).toEqual(before);
  });
});

describe('after other changes', () => {
  test.each(CLIENTS.map((client) => [client.id, client] as const))(
    '%s keeps what was changed meanwhile, also when the record is lost',
    async (_, client) => {
      for (const lost of [false, true]) {
        const machine = newMachine('linux');
        const file = configOf(client, machine);
        machine.put(file, usedConfig(client));
        await machine.install(client, { demo: true, yes: true });
        const changed = (text: string) => text.replace('"other"', '"another"');
        machine.put(file, changed(machine.text(file)));
        if (lost) machine.disk.remove(`${machine.session().setting.home}/installed.json`);
        const { code } = await machine.uninstall(client, { yes: true });
        expect(code).toBe(0);
        expect(machine.text(file)).toBe(changed(usedConfig(client)));
      }
    },
  );

  test('an entry that the user wrote comes back when install had replaced it', async () => {
    const machine = newMachine('linux');
    const [, , cursor] = CLIENTS;
    if (cursor === undefined) throw new Error('no clients');
    const file = configOf(cursor, machine);
    const own = '{ "mcpServers": { "firefly": { "command": "node", "args": ["old.js"] } } }';
    machine.put(file, own);
    const { err } = await machine.install(cursor, { demo: true }, { lines: ['y'] });
    expect(err).toContain('Replace the entry?');
    expect(machine.text(file)).not.toContain('old.js');
    const { err: said } = await machine.uninstall(cursor, {}, { lines: ['y'] });
    expect(said).toContain('comes back');
    expect(machine.text(file)).toBe(own);
  });
});
