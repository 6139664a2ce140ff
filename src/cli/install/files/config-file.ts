import { createHash } from 'node:crypto';
import { pathRules } from '../../../config/environment.ts';
import { errorCode, Problem } from '../../../shared/errors.ts';
import type { Where } from '../client.ts';
import type { Disk } from './disk.ts';
import { ConfigFault } from '../edit/config-fault.ts';

/** Larger files are no configurations: the largest known are histories of Claude Code, of a few megabytes. */
const MOST_MB = 8;
const MARK = '\ufeff';

/** A configuration as it was read. */
export interface ConfigFile {
  /** As people know it. */
  readonly path: string;
  /** Without symbolic links: where is written. */
  readonly real: string;
  /** Undefined for a missing file. */
  readonly bytes: Uint8Array | undefined;
  /** Without the byte order mark. */
  readonly text: string;
  /** The byte order mark, if the file has one. */
  readonly mark: string;
  readonly mode: number;
}

/**
 * Reads a configuration that is about to be changed.
 * @throws Problem `client_config_unusable` for what cannot be changed safely: no plain file, read-only, huge, not UTF-8,
 *   with hard links
 */
export function readConfig(path: string, disk: Disk): ConfigFile {
  const found = attempt(path, () => disk.look(path));
  if (found === undefined) return { path, real: path, bytes: undefined, text: '', mark: '', mode: 0o600 };
  if (found.kind === 'dangling') throw unusable(path, 'is a symbolic link to a file that does not exist');
  if (found.kind === 'loop') throw unusable(path, 'leads through symbolic links that form a circle');
  if (found.kind !== 'file')
    throw unusable(path, found.kind === 'folder' ? 'is a folder' : 'is neither a file nor a folder');
  const size = found.size / 2 ** 20;
  // Before it is read: parsers and patterns need many times the size of what they read.
  if (size > MOST_MB) throw unusable(path, `has ${Math.ceil(size)} MB, and a configuration at most ${MOST_MB}`);
  // A file that is written whole takes the place of one name only, and the other names would keep the old one.
  if (found.names > 1) throw unusable(path, 'has other names too (hard links), which would not see a change');
  // The bits, since root may write everything, and replacing a file ignores them.
  if ((found.mode & 0o222) === 0) throw unusable(path, 'is read-only');
  const bytes = attempt(path, () => disk.read(path));
  const whole = decoded(path, bytes);
  const mark = whole.startsWith(MARK) ? MARK : '';
  return { path, real: found.real, bytes, text: whole.slice(mark.length), mark, mode: found.mode };
}

/**
 * Makes the folder of a file that does not exist yet.
 * @returns the folders that had to be made, outermost first
 * @throws Problem `client_config_unusable`
 */
export function makeFolder({ path, real, bytes }: ConfigFile, disk: Disk, where: Where): readonly string[] {
  if (bytes !== undefined) return [];
  return attempt(path, () => disk.makeFolders(pathRules(where).dirname(real)));
}

/**
 * Writes the configuration, unless it has changed since it was read.
 * @throws Problem `client_config_conflict`, `client_config_unusable`
 */
export function writeConfig(file: ConfigFile, text: string, disk: Disk): void {
  refuseChanged(file, disk);
  attempt(file.path, () => disk.replace(file.real, bytesOf(file, text), file.mode));
}

/** Writes these bytes back. @throws Problem `client_config_conflict`, `client_config_unusable` */
export function restoreConfig(file: ConfigFile, bytes: Uint8Array, disk: Disk): void {
  refuseChanged(file, disk);
  attempt(file.path, () => disk.replace(file.real, bytes, file.mode));
}

/** Deletes the file. @throws Problem `client_config_conflict`, `client_config_unusable` */
export function removeConfig(file: ConfigFile, disk: Disk): void {
  refuseChanged(file, disk);
  attempt(file.path, () => disk.remove(file.real));
}

/**
 * Copies the file as it was read beside itself.
 * @param now milliseconds since 1970
 * @returns the path of the copy
 * @throws Problem `client_config_unusable`
 */
export function backUp(file: ConfigFile, now: number, disk: Disk): string | undefined {
  const { bytes } = file;
  if (bytes === undefined) return undefined;
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return attempt(file.path, () => {
    for (let number = 1; ; number += 1) {
      const copy = `${file.real}.${time}${number === 1 ? '' : `-${number}`}.bak`;
      if (disk.look(copy) !== undefined) continue;
      disk.create(copy, bytes, file.mode);
      return copy;
    }
  });
}

/** The bytes of the file with another text. */
export function bytesOf({ mark }: ConfigFile, text: string): Uint8Array {
  return Buffer.from(mark + text, 'utf8');
}

/** Hash of content, to tell whether a file was changed. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Runs an edit of this file's text. @throws Problem `client_config_broken`, `client_config_conflict` in place of a `ConfigFault` */
export function editing<T>(path: string, edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    const message = `${path} ${error.message}. Nothing was changed.`;
    if (error.kind === 'broken') {
      const next = 'Correct the file, or move it away, and run the command again.';
      throw new Problem('client_config_broken', message, { next });
    }
    const next = 'Change the file by hand; --print shows what belongs in it.';
    throw new Problem('client_config_conflict', message, { next });
  }
}

/** @throws Problem `client_config_conflict` for a file that is not what was read any more, `client_config_unusable` */
export function refuseChanged({ path, bytes }: ConfigFile, disk: Disk): void {
  const now = attempt(path, () => (disk.look(path) === undefined ? undefined : disk.read(path)));
  if (now === undefined && bytes === undefined) return;
  if (now !== undefined && bytes !== undefined && Buffer.compare(now, bytes) === 0) return;
  throw new Problem(
    'client_config_conflict',
    `Another program has changed ${path} in the meantime. Nothing was written.`,
    {
      next: 'Close the client and run the command again.',
    },
  );
}

function decoded(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unusable(path, 'is not encoded as UTF-8');
  }
}

/** What the system's errors mean here, as the end of a sentence that begins with the file's path. */
const FAILURES: Readonly<Record<string, string>> = {
  EACCES: 'cannot be read or written: this user has no permission (EACCES)',
  EPERM: 'cannot be read or written: this user has no permission (EPERM)',
  EROFS: 'cannot be written: its disk is read-only (EROFS)',
  ENOSPC: 'cannot be written: its disk is full (ENOSPC)',
  EDQUOT: 'cannot be written: its disk is full for this user (EDQUOT)',
  // Which of these, depends on the system and on how many folders are missing.
  ENOENT: 'leads through a folder that cannot be made, or a symbolic link to nothing',
  EEXIST: 'leads through a file that is no folder',
  ENOTDIR: 'leads through a file that is no folder',
};

/** Runs a work on this file. @throws Problem `client_config_unusable` in place of the system's error */
export function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    throw unusable(path, FAILURES[code] ?? `cannot be read or written (${code})`, error);
  }
}

function unusable(path: string, what: string, cause?: unknown): Problem {
  return new Problem('client_config_unusable', `${path} ${what}. Nothing was changed.`, {
    next: 'Put that right, or name another file with --file; --print shows what belongs in it.',
    cause,
  });
}
