import { closeSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { errorCode } from '../../../shared/errors.ts';

/**
 * Takes a lock: a file that only one process can make. A lock that is older belongs to a process that was killed, and is
 * removed. Throws the system's error where no file can be made.
 * @param staleBefore milliseconds since 1970
 * @returns false while another process has the file, or where its folder is gone; the caller makes the folder and tries
 *   again, also after a file that was too old
 */
export function takeLock(path: string, staleBefore: number): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    // An `uninstall` has removed the empty folder just now.
    if (errorCode(error) === 'ENOENT') return false;
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  try {
    const { mtimeMs } = statSync(path);
    if (mtimeMs < staleBefore) removeStale(path, mtimeMs);
  } catch {
    // The other process has finished meanwhile, or has removed the file first.
  }
  return false;
}

/** Of several processes that find the old file, one moves it away; what is not the old file goes back. */
function removeStale(path: string, mtimeMs: number): void {
  const aside = `${path}.${process.pid}`;
  renameSync(path, aside);
  if (statSync(aside).mtimeMs !== mtimeMs) linkSync(aside, path);
  rmSync(aside);
}
