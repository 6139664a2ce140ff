import { accessSync, closeSync, constants, fstatSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import type { TextFile } from '../../config/sources.ts';
import { errorCode } from '../../shared/errors.ts';
import { distrust, isOpenForOthers } from '../../shared/files/ownership.ts';

/** Longest file of settings, secrets or certificates, bytes. */
const LONGEST = 4 * 1024 * 1024;

/**
 * Reads a small file and its permissions through one file descriptor. Undefined where the file does not exist.
 * @throws the file system's error; `EFTYPE` for what is no regular file, such as a pipe that would never end, and `EFBIG`
 */
export function readTextFile(path: string): TextFile | undefined {
  const file = openOrUndefined(path);
  if (file === undefined) return undefined;
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw failure('EFTYPE', `${path} is no regular file`);
    const { mode } = found;
    const isSealed = isOpenForOthers(mode) && isOnReadOnlyMount(path);
    return { text: readAll(file, path), mode, distrust: distrust(found), isSealed };
  } finally {
    closeSync(file);
  }
}

/** Size is not believed: a file may grow, and those of /proc have none. */
function readAll(file: number, path: string): string {
  const buffer = Buffer.alloc(64 * 1024);
  const parts: Buffer[] = [];
  let length = 0;
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    length += read;
    if (length > LONGEST) throw failure('EFBIG', `${path} is too long`);
    parts.push(Buffer.from(buffer.subarray(0, read)));
  }
  return Buffer.concat(parts).toString('utf8');
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function openOrUndefined(path: string): number | undefined {
  try {
    // O_NONBLOCK: opening a pipe without a writer would wait for ever.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    // ENOTDIR: a parent in the path is a file.
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether a path is on a mount that takes no writes, as containers mount secrets. */
function isOnReadOnlyMount(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (error) {
    return errorCode(error) === 'EROFS' || isReadOnlyMount(realpathSync(path), mountTable());
  }
}

/** The kernel tells a lacking permission before a read-only mount, so Linux's table of mounts is asked too. */
function mountTable(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

/**
 * Whether the mount that holds a path takes no writes.
 * @param table /proc/self/mountinfo (proc_pid_mountinfo(5)): of several mounts on one point the last one is seen
 */
export function isReadOnlyMount(path: string, table: string): boolean {
  let longest = '';
  let isReadOnly = false;
  for (const line of table.split('\n')) {
    const [, , , , escaped, options] = line.split(' ');
    if (escaped === undefined || options === undefined) continue;
    const point = escaped.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
    const holds = point === '/' || path === point || path.startsWith(`${point}/`);
    if (!holds || point.length < longest.length) continue;
    longest = point;
    isReadOnly = options.split(',').includes('ro');
  }
  return isReadOnly;
}
