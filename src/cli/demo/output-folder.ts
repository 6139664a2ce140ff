import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';

/** Highest number that is appended to the folder's name. */
const MAX_NUMBER = 1000;

/** A file in the folder while a demo uses it: of several that start at once, one makes it. */
const MARK = '.firefly-demo';

/** A folder that belongs to one demo until it is released. */
export interface OutputFolder {
  readonly path: string;
  /** Leaves the folder, with nothing in it but pictures. */
  release(): void;
}

/**
 * Takes the folder for the pictures: `wanted`, or, where that is not empty or another demo has it, the first of `…-2`,
 * `…-3` … that can be made or is empty.
 * @throws Problem `folder_unusable` where none can be taken
 */
export function takeOutputFolder(wanted: string): OutputFolder {
  try {
    const path = firstFree(wanted);
    return { path, release: () => rmSync(join(path, MARK), { force: true }) };
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
    if (isCreatedOrEmpty(folder) && isTaken(folder)) return folder;
  }
  throw new Problem('folder_unusable', `${wanted} and ${MAX_NUMBER - 1} numbered folders beside it exist already.`, {
    next: 'Use --out with another folder, or remove old ones.',
  });
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

/** Whether this process has taken the folder, in which another demo may have begun or ended since it was seen empty. */
function isTaken(folder: string): boolean {
  const mark = join(folder, MARK);
  try {
    writeFileSync(mark, '', { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  }
  if (readdirSync(folder).length === 1) return true;
  rmSync(mark, { force: true });
  return false;
}
