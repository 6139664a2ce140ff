import { link, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder } from '../../shared/folders.ts';

/** What was deleted, or would be. */
export interface Freed {
  readonly files: number;
  readonly bytes: number;
}

export const NOTHING: Freed = { files: 0, bytes: 0 };

/** Both together. */
export function sum(a: Freed, b: Freed): Freed {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes };
}

/**
 * Deletes files of a folder by way of another one. A process that saves the same content touches a file that exists, and
 * a touched file is restored from the trash; once the file is there, that process writes its own. So no record loses its
 * file, whichever process is faster.
 */
export class Trash {
  readonly #folder: string;
  readonly #pathOf: (name: string) => string;
  readonly #onTrashed: (() => Promise<void>) | undefined;

  /** `onTrashed`: tests only, called when a file is in the trash, before it is judged. */
  constructor(folder: string, pathOf: (name: string) => string, onTrashed?: () => Promise<void>) {
    this.#folder = folder;
    this.#pathOf = pathOf;
    this.#onTrashed = onTrashed;
  }

  /** Deletes a file, unless it is touched after a moment (epoch ms). */
  async discard(name: string, youngest: number): Promise<Freed> {
    const path = join(this.#folder, name);
    await makeFolder(this.#folder);
    await rename(this.#pathOf(name), path).catch(ignore('ENOENT'));
    await this.#onTrashed?.();
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return NOTHING;
    if (found.mtimeMs > youngest) {
      await this.#restore(name);
      return NOTHING;
    }
    await rm(path, { force: true });
    return { files: 1, bytes: found.size };
  }

  /** Restores what a crash left in the trash; a later sweep judges it anew. */
  async restoreAll(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) await this.#restore(name);
  }

  async #restore(name: string): Promise<void> {
    const target = this.#pathOf(name);
    await makeFolder(join(target, '..'));
    // The content may have been written anew, or been restored by another process.
    await link(join(this.#folder, name), target).catch(ignore('EEXIST', 'ENOENT'));
    // A power loss must not take both names.
    await syncFolder(join(target, '..'));
    await rm(join(this.#folder, name), { force: true });
  }
}

function ignore(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error && 'code' in error && codes.includes(String(error.code)))) throw error;
  };
}
