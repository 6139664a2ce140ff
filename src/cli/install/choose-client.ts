import { UsageError } from '../exit-codes.ts';
import { suggestion } from '../../shared/suggest.ts';
import { CLIENTS } from './clients.ts';
import type { Client } from './client.ts';
import { isFound, locate } from './config-file.ts';
import type { Setting } from './setting.ts';

/** The client of this name. @throws UsageError */
export function clientNamed(name: string): Client {
  const client = CLIENTS.find(({ id }) => id === name);
  if (client !== undefined) return client;
  const ids = CLIENTS.map(({ id }) => id);
  throw new UsageError(`There is no client "${name}".${suggestion(name, ids)} Clients: ${ids.join(', ')}.`);
}

/**
 * Lets a person choose, those first that this machine has. Undefined where the person leaves the list.
 * @param installedOnly offers only clients that `install` was used for, if there are any
 * @throws UsageError in a script
 */
export async function chooseClient(
  { terminal, where, disk, record }: Setting,
  { installedOnly }: { readonly installedOnly: boolean },
): Promise<Client | undefined> {
  if (terminal.choose === undefined) {
    throw new UsageError(`Name a client: ${CLIENTS.map(({ id }) => id).join(', ')}.`);
  }
  const installed = new Set(record.all().map(({ client }) => client));
  const offered = installedOnly && installed.size > 0 ? CLIENTS.filter(({ id }) => installed.has(id)) : CLIENTS;
  const found = new Set(offered.filter((client) => isFound(client, where, disk)));
  const sorted = offered.toSorted((a, b) => Number(found.has(b)) - Number(found.has(a)));
  const chosen = await terminal.choose(
    'Which client?',
    sorted.map((client) => {
      // A list shows hints of the line under the cursor only.
      const state = installed.has(client.id) ? ', installed' : found.has(client) ? ', found on this machine' : '';
      return { value: client.id, label: client.title + state, hint: locate(client, where, disk).file };
    }),
  );
  return chosen === undefined ? undefined : clientNamed(chosen);
}
