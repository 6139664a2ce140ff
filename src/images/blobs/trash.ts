import { link, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../shared/errors.ts';
import { makeFolder, syncFolder } from '../../shared/folders.ts';
import type { Deletion } from './blob-store.ts';

/**
 * Deletes files of the blob store by way of a trash folder, so that no record loses its file to a race. A process that
 * saves a content touches its file, and a file that was touched is restored from the trash; where the file is in the
 * trash already, that process writes a new one.
 */
export class Trash {
  readonly #folder: string;
  readonly #pathOf: (name: string) => string;
  readonly #onTrashed: (() => Promise<void>) | undefined;

  /**
   * @param pathOf path of a file of this name in the blob store
   * @param onTrashed tests only: called when a file is in the trash, before its age is checked
   */
  constructor(folder: string, pathOf: (name: string) => string, onTrashed?: () => Promise<void>) {
    this.#folder = folder;
    this.#pathOf = pathOf;
    this.#onTrashed = onTrashed;
  }

  /** Deletes a file, unless it was touched after `since` (epoch milliseconds). */
  async discard(name: string, since: number): Promise<Deletion> {
    const path = join(this.#folder, name);
    await makeFolder(this.#folder);
    await rename(this.#pathOf(name), path).catch(ignore('ENOENT'));
    await this.#onTrashed?.();
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return { outcome: 'absent' };
    if (found.mtimeMs > since) {
      await this.#restore(name);
      return { outcome: 'used' };
    }
    await rm(path, { force: true });
    return { outcome: 'deleted', files: 1, bytes: found.size };
  }

  /** Restores files that a crash left in the trash; a later sweep decides on them again. */
  async restoreAll(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) await this.#restore(name);
  }

  async #restore(name: string): Promise<void> {
    const target = this.#pathOf(name);
    await makeFolder(join(target, '..'));
    // Another process may have written the content again, or restored the file.
    await link(join(this.#folder, name), target).catch(ignore('EEXIST', 'ENOENT'));
    // A power loss must not take both names.
    await syncFolder(join(target, '..'));
    await rm(join(this.#folder, name), { force: true });
  }
}

function ignore(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes(errorCode(error) ?? '')) throw error;
  };
}
