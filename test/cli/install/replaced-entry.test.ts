import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cursor } from '../../../src/cli/install/clients/cursor.ts';
import { removeFolder } from '../../support/artefacts.ts';
import { Machine } from './machine.ts';

const FILE = '/home/ann/.cursor/mcp.json';
const ENTRY = `"firefly": {
      "command": "mine", // ours
      "env": { "TOKEN": "kept" }
    }`;
const FOREIGN = `{
  "mcpServers": {
    ${ENTRY},
    "other": { "command": "x" }
  }
}
`;
const demo = { demo: true, yes: true };

let machine: Machine;
beforeEach(() => (machine = new Machine('linux')));
afterEach(() => removeFolder(machine.root));

/** Changes the file as hosts do. */
function hostWrites(): void {
  machine.put(FILE, machine.text(FILE).replace('"x"', '"y"'));
}

test('an entry of another program comes back into its place also where the host has changed the file', async () => {
  machine.put(FILE, FOREIGN);
  await machine.install(cursor, demo);
  hostWrites();
  expect(machine.text('/home/ann/.local/share/firefly-mcp/installed.json')).not.toContain('kept');
  const { err } = await machine.uninstall(cursor, { yes: true });
  expect(err).toContain('The entry that was there before install comes back.');
  expect(machine.text(FILE)).toBe(FOREIGN.replace('"x"', '"y"'));
});

test('it comes back also after a second install', async () => {
  machine.put(FILE, FOREIGN);
  await machine.install(cursor, demo);
  hostWrites();
  await machine.install(cursor, { yes: true });
  await machine.uninstall(cursor, { yes: true });
  expect(machine.text(FILE)).toBe(FOREIGN.replace('"x"', '"y"'));
});

test('where its copy is gone, uninstall says so with the name of the copy', async () => {
  machine.put(FILE, FOREIGN);
  const { out } = await machine.install(cursor, demo);
  const copy = /as it was: (\S+\.bak)\./.exec(out)?.[1] ?? '';
  rmSync(machine.real(copy));
  const { err } = await machine.uninstall(cursor, { yes: true });
  expect(err).toContain(`cannot come back: its copy ${copy} is gone or changed.`);
  expect(machine.text(FILE)).not.toContain('firefly');
});
