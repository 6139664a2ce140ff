import { mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';

/** Highest number that is appended to the folder's name. */
const MAX_NUMBER = 1000;

/**
 * Creates the folder for the pictures: `wanted`, or, where that is not empty, the first of `…-2`, `…-3` … that does not
 * exist or is empty.
 * @throws Problem `folder_unusable` where none can be created
 */
export function makeOutputFolder(wanted: string): string {
  try {
    return firstFree(wanted);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Problem('folder_unusable', `The folder ${wanted} cannot be created (${String(error.code)}).`, {
      next: 'Use --out with a folder that you can write to.',
      cause: error,
    });
  }
}

function firstFree(wanted: string): string {
  mkdirSync(dirname(wanted), { recursive: true });
  for (let number = 1; number <= MAX_NUMBER; number += 1) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`;
    if (isCreatedOrEmpty(folder)) return folder;
  }
  throw new Error(`${wanted} and ${MAX_NUMBER} numbered folders beside it exist already.`);
}

function isCreatedOrEmpty(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return isEmpty(folder);
  }
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    // A file of that name, or a folder that this user cannot read.
    return false;
  }
}
