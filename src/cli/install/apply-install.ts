import type { Client } from './client.ts';
import {
  backUp,
  bytesOf,
  hashOf,
  makeFolder,
  refuseChanged,
  writeConfig,
  type ConfigFile,
} from './files/config-file.ts';
import { requireReplaceable, storeSecret, type Credentials } from './credentials/credentials.ts';
import type { Started } from './plan/ownership.ts';
import type { Plan } from './plan/plan.ts';
import type { Setting } from './plan/setting.ts';

/** What a person has agreed to. */
export interface AgreedInstall {
  readonly client: Client;
  readonly config: ConfigFile;
  readonly plan: Plan;
  readonly credentials: Credentials | undefined;
  /** Whether the file has an entry of our name, and whether that is of another program. */
  readonly found: 'none' | 'ours' | 'foreign';
  readonly started: Started;
}

/**
 * Stores the secret, records how to undo the change, and writes.
 * @param madeFolders folders that were made for the data folder just now
 * @returns the copy of the file as it was
 * @throws Problem `client_config_conflict`, `client_config_unusable`, `home_unusable`; nothing is changed then
 */
export function applyInstall(
  { client, config, plan, credentials, found, started }: AgreedInstall,
  madeFolders: readonly string[],
  setting: Setting,
): string | undefined {
  const { terminal, disk, where, record } = setting;
  const { bytes, path } = config;
  // Another `install` may have worked since the questions were asked.
  refuseChanged(config, disk);
  if (credentials !== undefined) requireReplaceable(credentials, path, setting);
  const former = record.of(path);
  // Nothing but this program has changed the file since: the copy that was made then is the one to go back to.
  const isUnchanged = former !== undefined && bytes !== undefined && hashOf(bytes) === former.written;
  const undo: (() => void)[] = [];
  try {
    const backup = isUnchanged ? undefined : backUp(config, terminal.clock.now(), disk);
    if (backup !== undefined) undo.push(() => disk.remove(backup));
    const copy = backup === undefined || bytes === undefined ? undefined : { backup, hash: hashOf(bytes) };
    const folders = makeFolder(config, disk, where);
    undo.push(() => folders.toReversed().forEach((folder) => disk.removeEmpty(folder)));
    if (credentials?.secret !== undefined) {
      const stored = disk.look(credentials.secretFile)?.kind === 'file' ? disk.read(credentials.secretFile) : undefined;
      undo.push(() => {
        if (stored === undefined) disk.remove(credentials.secretFile);
        else disk.replace(credentials.secretFile, stored, 0o600);
      });
      storeSecret(credentials, disk);
    }
    undo.push(() => (former === undefined ? record.remove(path) : record.set(former, [])));
    // Before the file: a process that dies in between leaves a record without an entry, and never an entry without one.
    record.set(
      {
        client: client.id,
        file: path,
        written: hashOf(bytesOf(config, plan.after)),
        started,
        original: isUnchanged ? former.original : found === 'ours' ? undefined : copy,
        replaced: found === 'foreign' ? copy : found === 'ours' ? former?.replaced : undefined,
        made: [...(former?.made ?? []), ...plan.made],
        madeFile: bytes === undefined || (former?.madeFile ?? false),
        clientId: credentials?.clientId ?? former?.clientId,
        secretFile: credentials?.secretFile ?? former?.secretFile,
        storedSecret: storedBy(credentials, former?.storedSecret),
      },
      [...madeFolders, ...folders],
    );
    writeConfig(config, plan.after, disk);
    return backup;
  } catch (error) {
    for (const step of undo.toReversed()) attempt(step);
    throw error;
  }
}

/** The file with a secret that has to go with the entry. A file that the user names is the user's from then on. */
function storedBy(credentials: Credentials | undefined, former: string | undefined): string | undefined {
  if (credentials === undefined) return former;
  if (!credentials.isNamed) return credentials.secretFile;
  return former === credentials.secretFile ? undefined : former;
}

/** What cannot be taken back must not hide why. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // The reason that is thrown says which folder or disk is at fault.
  }
}
