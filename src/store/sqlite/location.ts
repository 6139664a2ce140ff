import { constants } from 'node:fs';
import { chmod, open, rename, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import { makeFolder } from '../../shared/files/folders.ts';
import { lockedFolder, unreachable } from '../../shared/files/locked-folder.ts';
import { distrust, foreignLink } from '../../shared/files/ownership.ts';

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
    const link = foreignLink(folder);
    if (link !== undefined) throw unsafe(path, link);
    await makeFolder(folder);
    await refuseNetwork(folder);
    const reason = distrust(await stat(folder));
    if (reason !== undefined) throw unsafe(folder, reason);
    await prepareFile(path);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw unusableFolder(folder, error);
  }
}

/** A data folder in which the file system refuses to work. */
export function unusableFolder(folder: string, cause: unknown): Problem {
  const locked = lockedFolder(folder);
  if (locked !== undefined) return unreachable(folder, locked);
  return new Problem('home_unusable', `The data folder ${folder} cannot be used (${errorCode(cause) ?? 'error'}).`, {
    next: 'Set FIREFLY_HOME to a folder on a local disk that this user may write to.',
    places: [folder],
    cause,
  });
}

/**
 * Makes the file for this user only before SQLite opens it, since its journal, its log and its shared memory take the
 * mode of the file at that time; a read lock on shared memory would hold up every commit.
 */
async function prepareFile(path: string): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NONBLOCK ?? 0), 0o600);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw unsafe(path, 'it is no regular file');
    const reason = distrust({ uid: found.uid, mode: 0o600 });
    if (reason !== undefined) throw unsafe(path, reason);
    await file.chmod(0o600);
  } finally {
    await file.close();
  }
  for (const suffix of ['-wal', '-shm', '-journal']) {
    await chmod(path + suffix, 0o600).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
    });
  }
}

function unsafe(place: string, reason: string): Problem {
  return new Problem('home_unusable', `The job store cannot be kept in ${place}: ${reason}.`, {
    next: 'Set FIREFLY_HOME (or the sqlite: path of FIREFLY_DATABASE_URL) to a folder of this user alone.',
    places: [place],
  });
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
