import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../../shared/errors.ts';
import { distrust } from '../../../shared/files/ownership.ts';
import { takeLock } from '../record/lock-file.ts';

/** What is under a path. */
export interface Found {
  /** `dangling`: a symbolic link to nothing; `loop`: one that leads back to itself. */
  readonly kind: 'file' | 'folder' | 'dangling' | 'loop' | 'other';
  /** The path without symbolic links. */
  readonly real: string;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Names that the file has: more than one with hard links. */
  readonly names: number;
  /** Why other users may have written it, as a clause. */
  readonly distrust?: string | undefined;
}

/** The files of a machine. Passed in, so that tests have machines of all systems. Methods throw the system's errors. */
export interface Disk {
  look(path: string): Found | undefined;
  read(path: string): Uint8Array;
  /** Names in a folder; empty where there is none. */
  names(folder: string): readonly string[];
  /** Makes a folder and those above it. @returns the folders that were made, outermost first */
  makeFolders(folder: string, mode?: number): readonly string[];
  /** Writes a file at once: readers see the old content or the new one, whole. A present file keeps owner and mode. */
  replace(path: string, bytes: Uint8Array, mode: number): void;
  /** Writes a file that must not exist. */
  create(path: string, bytes: Uint8Array, mode: number): void;
  remove(path: string): void;
  /** Removes a folder if it is empty. */
  removeEmpty(folder: string): void;
  /** Takes the lock that is this file, as `takeLock` says. */
  lock(path: string, staleBefore: number): boolean;
}

const NOTHING = { size: 0, mode: 0, names: 1 } as const;

/** The disk of this machine. */
export const systemDisk: Disk = {
  look(path) {
    let link: Stats | undefined;
    let stats: Stats | undefined;
    try {
      link = stat(() => lstatSync(path));
      stats = link?.isSymbolicLink() ? stat(() => statSync(path)) : link;
    } catch (error) {
      if (errorCode(error) !== 'ELOOP') throw error;
      return { ...NOTHING, kind: 'loop', real: path };
    }
    if (link === undefined) return undefined;
    if (stats === undefined) return { ...NOTHING, kind: 'dangling', real: path };
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
    const { size, nlink: names } = stats;
    return { kind, real: realpathSync(path), size, mode: stats.mode & 0o7777, names, distrust: distrust(stats) };
  },
  read: (path) => readFileSync(path),
  names(folder) {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
  makeFolders(folder, mode = 0o755) {
    const missing: string[] = [];
    for (let path = folder; stat(() => statSync(path)) === undefined && path !== dirname(path); path = dirname(path)) {
      missing.unshift(path);
    }
    // One by one: the recursive form never ends in file systems such as /proc, which answer ENOENT below a folder.
    for (const path of missing) makeOne(path, mode);
    return missing;
  },
  replace(path, bytes, mode) {
    const partial = join(dirname(path), `.firefly-mcp-${process.pid}.part`);
    const former = stat(() => statSync(path));
    rmSync(partial, { force: true });
    try {
      write(partial, bytes, mode);
      if (former !== undefined) keepOwner(partial, former);
      renameSync(partial, path);
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
  },
  create: write,
  remove: (path) => rmSync(path),
  removeEmpty(folder) {
    try {
      rmdirSync(folder);
    } catch {
      // Not empty, or gone.
    }
  },
  lock: takeLock,
};

function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process has made it meanwhile.
    if (errorCode(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

function write(path: string, bytes: Uint8Array, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  // The process's mask has taken bits from the mode.
  chmodSync(path, mode);
}

/** With `sudo`, the file would change its owner. */
function keepOwner(path: string, { uid, gid }: Stats): void {
  const now = statSync(path);
  if (now.uid === uid && now.gid === gid) return;
  try {
    chownSync(path, uid, gid);
  } catch {
    // Only root may; the person who runs this owns the file then.
  }
}

function stat(ask: () => Stats): Stats | undefined {
  try {
    return ask();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
