import { dirname } from 'node:path';
import { pathRules } from '../../../config/environment.ts';
import { Problem } from '../../../shared/errors.ts';
import { requireReachable } from '../../../shared/files/locked-folder.ts';
import type { Where } from '../client.ts';
import type { Disk } from '../files/disk.ts';
import { readContent, type Content, type Installed } from './record-content.ts';

const EMPTY: Content = { folders: [], entries: [] };

/** The list of what was installed, in the data folder. It is changed under the lock of `exclusively` only. */
export class InstallRecord {
  readonly #path: string;
  readonly #disk: Disk;

  constructor(home: string, where: Where, disk: Disk) {
    this.#path = pathRules(where).join(home, 'installed.json');
    this.#disk = disk;
  }

  /** All entries. @throws Problem `home_unusable` for a file that is damaged or that other users may write to */
  all(): readonly Installed[] {
    return this.#read().entries;
  }

  /** @throws Problem `home_unusable` */
  of(file: string): Installed | undefined {
    return this.all().find((entry) => entry.file === file);
  }

  /** Folders that were made for the data folder and for configurations, innermost first. @throws Problem `home_unusable` */
  folders(): readonly string[] {
    return this.#read().folders.toSorted((a, b) => b.length - a.length);
  }

  /**
   * Replaces the entry of the file.
   * @param madeFolders folders that were made just now
   * @throws Problem `home_unusable`
   */
  set(entry: Installed, madeFolders: readonly string[]): void {
    const { folders, entries } = this.#read();
    this.#write({
      // One that is gone may be made again by another hand.
      folders: [...new Set([...folders, ...madeFolders])].filter((folder) => this.#disk.look(folder) !== undefined),
      entries: [...entries.filter(({ file }) => file !== entry.file), entry],
    });
  }

  /** @throws Problem `home_unusable` */
  remove(file: string): void {
    const { folders, entries } = this.#read();
    const rest = entries.filter((entry) => entry.file !== file);
    if (rest.length < entries.length) this.#write({ folders, entries: rest });
  }

  #read(): Content {
    const found = this.#attempt('read', () => this.#disk.look(this.#path));
    if (found === undefined) return EMPTY;
    if (found.distrust !== undefined) throw this.#unusable(`is not used: ${found.distrust}`);
    const text = this.#attempt('read', () => Buffer.from(this.#disk.read(this.#path)).toString('utf8'));
    const content = readContent(text);
    if (content === undefined) throw this.#unusable('is damaged');
    return content;
  }

  #write({ folders, entries }: Content): void {
    this.#attempt('written', () => {
      if (entries.length === 0) return this.#disk.remove(this.#path);
      const text = `${JSON.stringify({ folders, entries }, undefined, 2)}\n`;
      this.#disk.replace(this.#path, Buffer.from(text), 0o600);
    });
  }

  #attempt<T>(verb: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      requireReachable(dirname(this.#path));
      const next = 'Set FIREFLY_HOME to a folder that this user can read and write.';
      const message = `The list of what was installed cannot be ${verb}: ${this.#path}. Nothing was changed.`;
      throw new Problem('home_unusable', message, { next, cause });
    }
  }

  #unusable(what: string): Problem {
    const next =
      'Bring it back from a copy, or move it away: "uninstall" then takes entries out without bringing back the files as they were.';
    return new Problem(
      'home_unusable',
      `${this.#path}, the list of what was installed, ${what}. Nothing was changed.`,
      { next },
    );
  }
}
