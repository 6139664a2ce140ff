import { constants } from 'node:fs';
import { lstat, mkdir, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import { syncFolder } from '../../shared/files/folders.ts';

/**
 * A folder that is held open while files are made in it. A program that may write to the output folder can put another
 * folder, or a link, in the place of one at any time. On Linux names are therefore looked up in the opened folder, by its
 * descriptor, and not by its path; elsewhere its place is checked before and after.
 */
export class HeldFolder {
  /** Real path when it was opened; for people and records. */
  readonly path: string;
  readonly #handle: FileHandle | undefined;
  readonly #root: string;

  private constructor(path: string, root: string, handle: FileHandle | undefined) {
    this.path = path;
    this.#root = root;
    this.#handle = handle;
  }

  /** Opens a folder that is the root of what may be written. */
  static async root(path: string): Promise<HeldFolder> {
    const real = await realpath(path);
    return HeldFolder.#open(real, real, real);
  }

  /** Opens a folder in this one, or makes it. @throws Problem `outside_output_folder` */
  async child(name: string): Promise<HeldFolder> {
    const path = this.at(name);
    await mkdir(path).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    await this.sync();
    return HeldFolder.#open(path, join(this.path, name), this.#root);
  }

  /**
   * Opens a folder in this one; undefined where nothing has that name.
   * @throws Problem `outside_output_folder`; the file system's error, also for a link that leads nowhere
   */
  async existing(name: string): Promise<HeldFolder | undefined> {
    const address = this.at(name);
    try {
      await lstat(address);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    return HeldFolder.#open(address, join(this.path, name), this.#root);
  }

  static async #open(address: string, path: string, root: string): Promise<HeldFolder> {
    // Windows has no descriptors of folders.
    const flags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0);
    const handle = process.platform === 'win32' ? undefined : await open(address, flags);
    try {
      const real = (handle && (await placeOf(handle))) ?? (await realpath(path));
      if (!isInside(real, root)) throw outside();
      return new HeldFolder(real, root, handle);
    } catch (error) {
      await handle?.close();
      throw error;
    }
  }

  /** The address by which to open, make or delete a name in this folder. */
  at(name: string): string {
    return this.#handle && HAS_DESCRIPTORS ? join(`/proc/self/fd/${this.#handle.fd}`, name) : join(this.path, name);
  }

  /** The path of a name in this folder, for people and records. */
  pathOf(name: string): string {
    return join(this.path, name);
  }

  /**
   * Checks that this is still the folder of its path, after something was made in it.
   * @throws Problem `outside_output_folder`
   */
  async confirm(): Promise<void> {
    if (this.#handle === undefined) {
      if ((await realpath(this.path)) !== this.path) throw outside();
      return;
    }
    const place = await placeOf(this.#handle);
    if (place !== undefined) {
      if (!isInside(place, this.#root)) throw outside();
      return;
    }
    const [held, named] = await Promise.all([this.#handle.stat(), stat(this.path)]);
    const isSame = held.dev === named.dev && held.ino === named.ino && (await realpath(this.path)) === this.path;
    if (!isSame) throw outside();
  }

  /** Makes new names in this folder durable. */
  async sync(): Promise<void> {
    await syncFolder(this.at('.'));
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

const HAS_DESCRIPTORS = process.platform === 'linux';

/** Where the kernel has an opened folder now; undefined where it does not tell. */
async function placeOf({ fd }: FileHandle): Promise<string | undefined> {
  return HAS_DESCRIPTORS ? readlink(`/proc/self/fd/${fd}`) : undefined;
}

/** Whether an absolute path is a folder itself, or below it. */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function outside(): Problem {
  return new Problem('outside_output_folder', 'That folder leads out of the output folder through a link.', {
    next: 'Use another folder; pictures are only written inside the configured output folder.',
  });
}
