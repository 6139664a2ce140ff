import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** What `stat` says about who may change a file or folder. */
export interface Ownership {
  /** Permission bits. */
  readonly mode: number;
  /** User id of the owner. */
  readonly uid: number;
}

const WRITABLE_FOR_OTHERS = 0o022;
const OPEN_FOR_OTHERS = 0o077;

/**
 * The reason why a file or folder must not be believed, as a clause, or undefined. As for ssh's configuration, its owner
 * has to be this user or root, and no other user may write to it. Windows has access control lists instead, and Node
 * invents owner and mode there.
 */
export function distrust({ mode, uid }: Ownership): string | undefined {
  const self = process.getuid?.();
  if (self === undefined) return undefined;
  if (uid !== self && uid !== 0) return `another user owns it (uid ${uid})`;
  return (mode & WRITABLE_FOR_OTHERS) === 0 ? undefined : `other users may write to it (mode ${octal(mode)})`;
}

/**
 * Why a path must not be followed, as a clause, or undefined: another user made a link on the way to it, and may lead it
 * elsewhere at any time, also to a folder of this user with settings from a repository.
 * @throws the file system's error, such as that of a folder that cannot be entered
 */
export function foreignLink(path: string): string | undefined {
  const above = dirname(path);
  if (above === path) return undefined;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isSymbolicLink()) return foreignLink(above);
  const reason = distrust({ uid: found.uid, mode: 0 });
  if (reason !== undefined) return `${path} is a link, and ${reason}`;
  return foreignLink(resolve(above, readlinkSync(path))) ?? foreignLink(above);
}

/** Whether users besides the owner may open a file or folder. */
export function isOpenForOthers(mode: number): boolean {
  return (mode & OPEN_FOR_OTHERS) !== 0;
}

/** Permission bits as chmod takes them. */
export function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
