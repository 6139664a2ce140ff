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

/** Whether users besides the owner may open a file or folder. */
export function isOpenForOthers(mode: number): boolean {
  return (mode & OPEN_FOR_OTHERS) !== 0;
}

/** Permission bits as chmod takes them. */
export function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
