import { UsageError } from '../exit-codes.ts';
import { suggestion } from '../../shared/text/suggest.ts';
import { table } from '../terminal/table.ts';
import { CLIENTS } from './clients.ts';
import type { Client } from './client.ts';
import { filesOf, isFound, locate } from './files/locate.ts';
import type { Setting } from './plan/setting.ts';
import type { Installed } from './record/record-content.ts';

/** The client of this name. @throws UsageError */
export function clientNamed(name: string): Client {
  const client = CLIENTS.find(({ id }) => id === name);
  if (client !== undefined) return client;
  const ids = CLIENTS.map(({ id }) => id);
  throw new UsageError(`There is no client "${name}".${suggestion(name, ids)} Clients: ${ids.join(', ')}.`);
}

/**
 * Lets a person choose, those first that this machine has. Undefined where the person leaves the list. In a script,
 * prints the list.
 * @param installedOnly offers only clients that `install` was used for, if there are any
 * @throws UsageError in a script
 */
export async function chooseClient(
  { terminal, where, disk, record }: Setting,
  { installedOnly }: { readonly installedOnly: boolean },
): Promise<Client | undefined> {
  const entries = record.all();
  const installed = new Set(entries.map(({ client }) => client));
  const offered = installedOnly && installed.size > 0 ? CLIENTS.filter(({ id }) => installed.has(id)) : CLIENTS;
  const found = new Set(offered.filter((client) => isFound(client, where, disk)));
  const sorted = offered.toSorted((a, b) => Number(found.has(b)) - Number(found.has(a)));
  const choices = sorted.map((client) => ({
    client,
    state: installed.has(client.id) ? 'installed' : found.has(client) ? 'found on this machine' : '',
    // Entries may be in other files than the usual one (`--file`).
    hint: filesIn(entries, client) || firstFile(client, where, disk),
  }));
  if (terminal.choose === undefined) {
    const rows = choices.map(({ client, state, hint }) => [client.id, state, hint]);
    await terminal.out(`${table([['CLIENT', 'state', 'configuration'], ...rows]).join('\n')}\n`);
    throw new UsageError(`Name a client: ${CLIENTS.map(({ id }) => id).join(', ')}.`);
  }
  const chosen = await terminal.choose(
    'Which client?',
    // A list shows hints of the line under the cursor only.
    choices.map(({ client, state, hint }) => {
      return { value: client.id, label: client.title + (state === '' ? '' : `, ${state}`), hint };
    }),
  );
  return chosen === undefined ? undefined : clientNamed(chosen);
}

/** The files that have an entry of this client; empty where none has. */
function filesIn(entries: readonly Installed[], { id }: Client): string {
  return entries.flatMap(({ client, file }) => (client === id ? [file] : [])).join(', ');
}

/** The file that would be changed; where a path cannot be followed, the usual one. */
function firstFile(client: Client, where: Setting['where'], disk: Setting['disk']): string {
  try {
    return locate(client, where, disk).file;
  } catch {
    return filesOf(client, where)[0] ?? '';
  }
}
