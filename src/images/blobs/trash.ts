import { link, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../../shared/errors.ts';
import { makeFolder, syncFolder } from '../../shared/files/folders.ts';
import type { Deletion } from './blob-store.ts';

/** Where files of a blob store are, and where they wait for their deletion. */
export interface TrashOptions {
  readonly trash: string;
  /** Path of a file of this name in the blob store. */
  readonly pathOf: (name: string) => string;
  /** Tests only: called when a file is in the trash, before its age is checked. */
  readonly onTrashed?: (() => Promise<void>) | undefined;
}

/**
 * Deletes a file by way of the trash, so that no record loses its file to a race, unless the file was touched after
 * `since` (epoch milliseconds). A process that puts a content touches its file, and a file that was touched is restored;
 * where the file is in the trash already, that process writes a new one.
 */
export async function discard(name: string, since: number, options: TrashOptions): Promise<Deletion> {
  const path = join(options.trash, name);
  await makeFolder(options.trash);
  await rename(options.pathOf(name), path).catch(ignore('ENOENT'));
  await options.onTrashed?.();
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return { outcome: 'absent' };
  if (found.mtimeMs > since) {
    await restore(name, options);
    return { outcome: 'used' };
  }
  await rm(path, { force: true });
  return { outcome: 'deleted', files: 1, bytes: found.size };
}

/** Restores files that a crash left in the trash; a later sweep decides on them again. */
export async function restoreAll(options: TrashOptions): Promise<void> {
  for (const name of await readdir(options.trash).catch(() => [])) await restore(name, options);
}

async function restore(name: string, { trash, pathOf }: TrashOptions): Promise<void> {
  const folder = dirname(pathOf(name));
  await makeFolder(folder);
  // Another process may have written the content again, or restored the file.
  await link(join(trash, name), pathOf(name)).catch(ignore('EEXIST', 'ENOENT'));
  // A power loss must not take both names.
  await syncFolder(folder);
  await rm(join(trash, name), { force: true });
}

function ignore(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes(errorCode(error) ?? '')) throw error;
  };
}
