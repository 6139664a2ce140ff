import { pathRules } from '../../config/environment.ts';
import { Problem } from '../../shared/errors.ts';
import type { Where } from './client.ts';
import type { Disk } from './disk.ts';
import type { Started } from './ownership.ts';

/** What `install` did to one file, so that `uninstall` can undo exactly that. Holds no secret. */
export interface Installed {
  readonly client: string;
  /** The configuration, as it was named. */
  readonly file: string;
  /** Hash of the file after it was written. */
  readonly written: string;
  /** The entry's command line. */
  readonly started: Started;
  /** Copy of the file from before, and its hash. Undefined where there was none, or where it had an entry of ours already. */
  readonly original?: { readonly backup: string; readonly hash: string } | undefined;
  /** Copy of the file with the entry of another program that `install` replaced, and its hash. */
  readonly replaced?: { readonly backup: string; readonly hash: string } | undefined;
  /** Objects and lists that were made in the file, outermost first. */
  readonly made: readonly (readonly string[])[];
  /** Whether the file was made, and the folders that were made for it, outermost first. */
  readonly madeFile: boolean;
  readonly madeFolders: readonly string[];
  readonly clientId?: string | undefined;
  /** The file with the client secret that the entry names. */
  readonly secretFile?: string | undefined;
  /** The file with a client secret that `install` wrote for this entry, also where the entry does not name it any more. */
  readonly storedSecret?: string | undefined;
}

/** The list of what was installed, in the data folder. */
export class InstallRecord {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #folder: string;

  constructor(home: string, where: Where, disk: Disk) {
    this.#folder = home;
    this.#path = pathRules(where).join(home, 'installed.json');
    this.#disk = disk;
  }

  /** All entries. A file that is damaged counts as none: `uninstall` finds the entry in the configuration, too. */
  all(): readonly Installed[] {
    try {
      const value: unknown = JSON.parse(Buffer.from(this.#disk.read(this.#path)).toString('utf8'));
      return Array.isArray(value) ? value.filter(isInstalled) : [];
    } catch {
      return [];
    }
  }

  of(file: string): Installed | undefined {
    return this.all().find((entry) => entry.file === file);
  }

  /** Replaces the entry of the file. @throws Problem `home_unusable` */
  set(entry: Installed): void {
    this.#write([...this.all().filter(({ file }) => file !== entry.file), entry]);
  }

  remove(file: string): void {
    const entries = this.all();
    const rest = entries.filter((entry) => entry.file !== file);
    if (rest.length < entries.length) this.#write(rest);
  }

  #write(entries: readonly Installed[]): void {
    try {
      if (entries.length === 0) return this.#disk.remove(this.#path);
      this.#disk.makeFolders(this.#folder, 0o700);
      this.#disk.replace(this.#path, Buffer.from(`${JSON.stringify(entries, undefined, 2)}\n`), 0o600);
    } catch (cause) {
      const next = 'Set FIREFLY_HOME to a folder that this user can write to.';
      throw new Problem('home_unusable', `What is installed cannot be recorded in ${this.#path}.`, { next, cause });
    }
  }
}

function isInstalled(value: unknown): value is Installed {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Partial<Record<keyof Installed, unknown>>;
  const texts = [entry.client, entry.file, entry.written].every((text) => typeof text === 'string');
  const { started } = entry;
  if (typeof started !== 'object' || started === null || !('args' in started) || !Array.isArray(started.args))
    return false;
  return texts && [entry.made, entry.madeFolders].every((list) => Array.isArray(list));
}
