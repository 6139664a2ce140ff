import type { Started } from '../plan/ownership.ts';

/** What `install` did to one file, so that `uninstall` can undo exactly that. Holds no secret. */
export interface Installed {
  readonly client: string;
  /** The configuration, as it was named. */
  readonly file: string;
  /** Hash of the file after it was written. */
  readonly written: string;
  /** The entry's command line. */
  readonly started: Started;
  /** The file from before. Undefined where there was none, or where it had an entry of ours already. */
  readonly original?: Copy | undefined;
  /** The file with the entry of another program that `install` replaced. */
  readonly replaced?: Copy | undefined;
  /** Objects and lists that were made in the file, outermost first. */
  readonly made: readonly (readonly string[])[];
  /** Whether the file was made. */
  readonly madeFile: boolean;
  readonly clientId?: string | undefined;
  /** The file with the client secret that the entry names. */
  readonly secretFile?: string | undefined;
  /** The file with a client secret that `install` wrote for this entry, also where the entry does not name it any more. */
  readonly storedSecret?: string | undefined;
}

/** A copy of a file, and the hash of its content. */
export interface Copy {
  readonly backup: string;
  readonly hash: string;
}

/** What the list of installed entries holds. */
export interface Content {
  /** Folders that were made for the data folder and for configurations. Several entries may need one of them. */
  readonly folders: readonly string[];
  readonly entries: readonly Installed[];
}

type Fields<T> = { readonly [key in keyof T]?: unknown };

/** The content of the list; undefined for a text that this program did not write. */
export function readContent(text: string): Content | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject<Content>(value)) return undefined;
  const { folders, entries } = value;
  return isTexts(folders) && isList(entries, isInstalled) ? { folders, entries } : undefined;
}

function isInstalled(value: unknown): value is Installed {
  if (!isObject<Installed>(value)) return false;
  const { started } = value;
  return (
    [value.client, value.file, value.written].every(isText) &&
    [value.clientId, value.secretFile, value.storedSecret].every((text) => text === undefined || isText(text)) &&
    [value.original, value.replaced].every((copy) => copy === undefined || isCopy(copy)) &&
    isObject<Started>(started) &&
    isText(started.command) &&
    isTexts(started.args) &&
    isList(value.made, isTexts) &&
    typeof value.madeFile === 'boolean'
  );
}

function isCopy(value: unknown): value is Copy {
  return isObject<Copy>(value) && isText(value.backup) && isText(value.hash);
}

function isObject<T>(value: unknown): value is Fields<T> {
  return typeof value === 'object' && value !== null;
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isTexts(value: unknown): value is readonly string[] {
  return isList(value, isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
