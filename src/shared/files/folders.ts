import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../errors.ts';

/**
 * Makes a folder and its missing parents, durably. Node's recursive `mkdir` never ends in file systems such as /proc, which
 * answer ENOENT below a folder that exists.
 * @param mode for this user only by default
 * @throws the file system's error
 */
export async function makeFolder(path: string, mode: number = 0o700): Promise<void> {
  try {
    await makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error;
    await makeFolder(parent, mode);
    await makeOne(path, mode);
  }
}

async function makeOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
    await syncFolder(dirname(path));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}

/** Makes new names in a folder durable. Windows cannot open folders, and does not need this. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  try {
    await handle.sync();
  } catch (error) {
    if (!CANNOT_SYNC.has(errorCode(error))) throw error;
  } finally {
    await handle.close();
  }
}

/** Error codes of file systems that cannot sync a folder. */
const CANNOT_SYNC: ReadonlySet<unknown> = new Set(['EPERM', 'EINVAL', 'EISDIR', 'ENOTSUP']);
