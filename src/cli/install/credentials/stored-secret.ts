import { pathRules } from '../../../config/environment.ts';
import { CLIENTS } from '../clients.ts';
import { filesOf } from '../files/locate.ts';
import { SECRET_FILE_PREFIX } from './credentials.ts';
import { exclusively } from '../record/exclusive.ts';
import type { Installed } from '../record/record-content.ts';
import { agrees, type Setting } from '../plan/setting.ts';

/** Deletes the client secret that `install` stored for an entry, if a person agrees and nothing else names the file. */
export async function forgetSecret(installed: Installed | undefined, yes: boolean, setting: Setting): Promise<void> {
  const { terminal, disk } = setting;
  const secret = installed?.storedSecret;
  if (installed === undefined || secret === undefined || !isOurs(secret, setting)) return;
  if (disk.look(secret) === undefined) return;
  const [reason] = reasonsToKeep(secret, installed, setting);
  if (reason !== undefined) {
    terminal.err(`The client secret stays in ${secret}: ${reason}.\n`);
    return;
  }
  const question = `Delete the stored client secret (${secret}) too?`;
  // Ctrl-C is a no here: the entry is gone already.
  if (!(await agrees(question, setting, yes).catch(() => false))) return;
  await exclusively(setting, () => disk.remove(secret));
  await terminal.out(`Deleted ${secret}.\n`);
}

/** Only such files are deleted, whatever the list of installed entries says. */
function isOurs(path: string, { home, where }: Setting): boolean {
  const rules = pathRules(where);
  return rules.dirname(path) === home && rules.basename(path).startsWith(SECRET_FILE_PREFIX);
}

/** Clauses. An entry that was placed by hand is in no list, so the files of all clients are searched for the name. */
function reasonsToKeep(secret: string, installed: Installed, { where, disk, record }: Setting): readonly string[] {
  const name = pathRules(where).basename(secret);
  const entries = record.all().filter(({ file }) => file !== installed.file);
  const users = entries.filter((entry) => entry.storedSecret === secret || entry.secretFile === secret);
  const variable = Object.keys(where.env).find(
    (key) => /^[A-Z_]+_FILE$/.test(key) && where.env[key]?.trim().endsWith(name),
  );
  const files = new Set([
    installed.file,
    ...entries.map(({ file }) => file),
    ...CLIENTS.flatMap((client) => filesOf(client, where)),
  ]);
  const found = [...files].flatMap((file) => {
    try {
      if (disk.look(file)?.kind !== 'file') return [];
      return Buffer.from(disk.read(file)).includes(name) ? [`${file} names it`] : [];
    } catch {
      return [`${file} may name it, and cannot be read`];
    }
  });
  return [
    ...(users.length === 0
      ? []
      : [`${users.map(({ file }) => file).join(' and ')} ${users.length === 1 ? 'uses' : 'use'} it`]),
    ...(variable === undefined ? [] : [`${variable} names it`]),
    ...found,
  ];
}
