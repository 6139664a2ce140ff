import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { TextFile } from '../../config/sources.ts';
import { errorCode } from '../../shared/errors.ts';

/** Reads a small file and its permissions through one file descriptor. Undefined where the file does not exist. */
export function readTextFile(path: string): TextFile | undefined {
  const file = openOrUndefined(path);
  if (file === undefined) return undefined;
  try {
    return { text: readFileSync(file, 'utf8'), mode: fstatSync(file).mode };
  } finally {
    closeSync(file);
  }
}

function openOrUndefined(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    // ENOTDIR: a parent in the path is a file.
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
