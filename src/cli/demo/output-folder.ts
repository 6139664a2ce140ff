import { mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';

/** More numbered folders than anybody keeps. */
const MOST_FOLDERS = 1000;

/**
 * Makes a folder for the pictures: the wanted one, or where that holds something already, the first of `…-2`, `…-3` …
 * that does not exist.
 * @throws Problem `folder_unusable` where none can be made
 */
export function makeOutputFolder(wanted: string): string {
  try {
    return firstFree(wanted);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Problem('folder_unusable', `The folder ${wanted} cannot be made (${String(error.code)}).`, {
      actor: 'operator',
      next: 'Name a folder that you may write to with --out.',
      cause: error,
    });
  }
}

function firstFree(wanted: string): string {
  mkdirSync(dirname(wanted), { recursive: true });
  for (let number = 1; number <= MOST_FOLDERS; number += 1) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`;
    if (isMade(folder)) return folder;
  }
  throw new Error(`${wanted} and ${MOST_FOLDERS} numbered folders beside it exist already.`);
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (!(errorCode(error) === 'EEXIST')) throw error;
    return isEmpty(folder);
  }
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    // A file of that name, or a folder that is not ours to read.
    return false;
  }
}
