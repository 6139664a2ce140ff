import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { MOST_FILE_BYTES } from '../limits.ts';
import { hasAllNamesBelow } from './file-names.ts';
import { findFile } from './find-file.ts';
import { nearFiles } from './near-files.ts';
import { pathSpellings, type PathStyle } from './path-spellings.ts';

/** Folders that files may be read from, and what paths mean. */
export interface Roots extends PathStyle {
  /** Absolute folders. */
  readonly folders: readonly string[];
  /** Absolute folder that relative paths start from. */
  readonly base: string;
}

/**
 * Reads a local file below one of the roots (docs/pictures-and-masks.md#guards). The checks are made on the opened file,
 * so that it cannot be swapped between check and reading: no link, no name (hard link) outside of the roots, no pipe, no
 * device.
 * @param path as people and hosts write it (`pathSpellings`)
 * @throws Problem `outside_roots`, `file_not_found`, `not_a_file`, `file_unreadable`, `picture_too_large`
 */
export async function readLocalFile(path: string, roots: Roots): Promise<Uint8Array> {
  if (roots.folders.length === 0) throw noRoots();
  if (path.includes('\0')) throw notFound(roots, path);
  const real = await realRoots(roots);
  const folderOf = (candidate: string) => [...roots.folders, ...real].find((folder) => isWithin(candidate, folder));
  const paths = pathSpellings(path, roots).map((spelling) => resolve(roots.base, spelling));
  const absolute = (await findFile(paths, folderOf)) ?? paths.at(-1) ?? '';
  if ([...roots.folders, ...real].some((folder) => relative(folder, absolute) === '')) throw isFolder();
  // Opening a device can have effects, so a path that is plainly outside is refused before.
  if (folderOf(absolute) === undefined) throw outside(roots, await nearFiles(absolute, real));
  const handle = await openPlain(absolute, roots, real).catch(async (error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'file_not_found') throw error;
    throw notFound(roots, path, await nearFiles(absolute, real));
  });
  try {
    const actual = await actualPath(handle, absolute);
    if (!real.some((folder) => isWithin(actual, folder))) throw outside(roots);
    return await readWhole(handle);
  } finally {
    await handle.close();
  }
}

/** Whether `path` is below `folder`, and not the folder itself; both absolute. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The folders without links; one that does not exist is left out. */
export async function realRoots({ folders }: Roots): Promise<readonly string[]> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  return real.filter((folder) => folder !== undefined);
}

/** Opens a regular file. `O_NONBLOCK`: a pipe without a writer does not hang. `O_NOFOLLOW`: the last name is no link. */
async function openPlain(path: string, roots: Roots, real: readonly string[]): Promise<FileHandle> {
  // Windows has neither of the last two: `undefined`, which counts as 0.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw openProblem(error, path, roots);
  });
  try {
    const facts = await handle.stat();
    if (facts.isDirectory()) throw isFolder();
    if (!facts.isFile()) throw notAFile();
    if (facts.nlink !== 1 && !(await hasAllNamesBelow(real, facts))) throw hardLinked(facts.nlink);
    if (facts.size > MOST_FILE_BYTES) throw tooLarge(facts.size);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The real path of the opened file: from the kernel on Linux; elsewhere from the name, which must still lead to it. */
async function actualPath(handle: FileHandle, path: string): Promise<string> {
  if (process.platform === 'linux') {
    // A file that was deleted meanwhile has no path.
    return realpath(`/proc/self/fd/${handle.fd}`).catch(() => '');
  }
  const actual = await realpath(path);
  const [opened, named] = await Promise.all([handle.stat({ bigint: true }), stat(actual, { bigint: true })]);
  if (opened.dev !== named.dev || opened.ino !== named.ino) throw notAFile();
  return actual;
}

/** Reads to the end. The limit is checked again, as a file can grow meanwhile. */
async function readWhole(handle: FileHandle): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024 * 1024), 0, 1024 * 1024, length);
    if (bytesRead === 0) return Buffer.concat(chunks, length);
    length += bytesRead;
    if (length > MOST_FILE_BYTES) throw tooLarge(length);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

function openProblem(error: unknown, path: string, roots: Roots): Problem {
  const code = errorCode(error) ?? '';
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return notFound(roots, path);
  if (code === 'EISDIR') return isFolder();
  if (code === 'ELOOP' || code === 'ENXIO' || code === 'ENODEV') return notAFile();
  return new Problem('file_unreadable', `The file cannot be read (${code || 'error'}).`, {
    next: 'Check its permissions, or give another file.',
    cause: error,
  });
}

function allowed({ folders }: Roots): string {
  return folders.join(', ');
}

/** No folder is configured. */
export function noRoots(): Problem {
  return new Problem('outside_roots', 'No folder is configured for reading pictures.', {
    actor: 'operator',
    next: 'Set FIREFLY_ROOTS to the folders that pictures may be read from, or give a handle, URL or data URI.',
  });
}

/** A path that is below none of the folders. @param near pictures with names like it that are */
export function outside(roots: Roots, near: readonly string[] = []): Problem {
  return new Problem('outside_roots', 'The file is not in a folder that pictures may be read from.', {
    next: `${named(near)}Copy it into one of these, or have FIREFLY_ROOTS extended: ${allowed(roots)}`,
    places: roots.folders,
  });
}

/**
 * A path that leads to nothing.
 * @param path as it was written
 * @param near pictures with names like it, below the folders
 */
export function notFound(roots: Roots, path: string, near: readonly string[] = []): Problem {
  return new Problem('file_not_found', `There is no such file: "${quoteUntrusted(path, 80)}".`, {
    next: `${named(near)}Give a path in one of these folders: ${allowed(roots)}`,
    places: roots.folders,
  });
}

function named(near: readonly string[]): string {
  const names = near.map((name) => `"${quoteUntrusted(name, 200)}"`);
  return names.length === 0 ? '' : `There are pictures with a name like it: ${names.join(', ')}. `;
}

function notAFile(): Problem {
  return new Problem('not_a_file', 'That is not a regular file: links, pipes and devices are not read.', {
    next: 'Give the path of the picture itself.',
  });
}

/** Also a root itself, which is allowed and yet no picture. */
function isFolder(): Problem {
  return new Problem('not_a_file', 'That is a folder, and not a picture.', {
    next: 'Give the path of one picture in it.',
  });
}

function hardLinked(names: number): Problem {
  return new Problem('not_a_file', `The file has ${names} names (hard links), and not all were found in the folders.`, {
    next: 'Make a copy of it and give the path of the copy, as another name may be outside the folders.',
  });
}

function tooLarge(bytes: number): Problem {
  const most = MOST_FILE_BYTES / 1024 ** 2;
  return new Problem('picture_too_large', `The file has ${Math.ceil(bytes / 1e6)} MB; pictures may have ${most} MB.`, {
    next: 'Scale the picture down first.',
  });
}
