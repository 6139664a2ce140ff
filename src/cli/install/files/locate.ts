import { pathRules } from '../../../config/environment.ts';
import type { Client, Where } from '../client.ts';
import { attempt } from './config-file.ts';
import type { Disk } from './disk.ts';

/**
 * The configuration file of a client on this machine: the first that exists, else the first whose folder exists, else
 * the usual one. `others` are further ones that exist and are left alone.
 * @throws Problem `client_config_unusable`
 */
export function locate(client: Client, where: Where, disk: Disk): { file: string; others: readonly string[] } {
  const files = filesOf(client, where);
  const there = files.filter((file) => attempt(file, () => disk.look(file)) !== undefined);
  const rules = pathRules(where);
  const file = there[0] ?? files.find((path) => disk.look(rules.dirname(path))?.kind === 'folder') ?? files[0] ?? '';
  return { file, others: there.filter((path) => path !== file) };
}

/** Absolute paths of a client's files: variables that move them may hold relative ones. */
export function filesOf(client: Client, where: Where): readonly string[] {
  return client.files(where).map((file) => pathRules(where).resolve(where.cwd ?? where.home, file));
}

/** Whether the machine seems to have the client. A path that cannot be followed is no trace. */
export function isFound(client: Client, where: Where, disk: Disk): boolean {
  const rules = pathRules(where);
  const traces = client.traces?.(where) ?? filesOf(client, where).map((file) => rules.dirname(file));
  return traces.some((path) => {
    try {
      return disk.look(path) !== undefined;
    } catch {
      return false;
    }
  });
}
