import { chmod, rename, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import { makeFolder } from '../../shared/folders.ts';

/**
 * `statfs` types of file systems that several machines can share (Linux, `magic.h`). WAL needs memory shared on one host
 * (https://www.sqlite.org/wal.html), so a database there would sooner or later be corrupted.
 */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
]);

/** The network file system of a `statfs` type; undefined for a local one. */
export function networkFileSystem(type: number): string | undefined {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0);
}

/**
 * Makes the folder of the database, for this user only, and checks that it is on a local disk.
 * @throws Problem `home_unusable`, `home_on_network`
 */
export async function prepareLocation(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await makeFolder(folder);
    await refuseNetwork(folder);
    const found = await stat(path).catch(() => undefined);
    if (found) await chmod(path, 0o600);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const code = errorCode(error) ?? 'error';
    throw new Problem('home_unusable', `The data folder ${folder} cannot be used (${code}).`, {
      next: 'Set FIREFLY_HOME to a folder on a local disk that this user may write to.',
      places: [folder],
      cause: error,
    });
  }
}

async function refuseNetwork(folder: string): Promise<void> {
  const { type } = await statfs(folder);
  const name = process.platform === 'linux' ? networkFileSystem(type) : undefined;
  if (!name) return;
  throw new Problem('home_on_network', `The data folder ${folder} is on a network file system (${name}).`, {
    next: 'Set FIREFLY_HOME to a folder on a local disk. Jobs are not safe on a shared one.',
    places: [folder],
  });
}

/** Renames a damaged database with its journals, which must never be applied to its successor. @returns the new path */
export async function quarantine(path: string, now: number): Promise<string> {
  const renamed = `${path}.damaged-${new Date(now).toISOString().replaceAll(':', '-')}`;
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    await rename(path + suffix, renamed + suffix).catch(() => undefined);
  }
  return renamed;
}
