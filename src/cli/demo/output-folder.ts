import { linkSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from '../../jobs/engine/process-identity.ts';
import { errorCode, Problem } from '../../shared/errors.ts';
import { foreignLink } from '../../shared/files/ownership.ts';
import { readTextFile } from '../terminal/text-file.ts';

/** Highest number that is appended to the folder's name. */
const MAX_NUMBER = 1000;

/** A file in the folder while a demo uses it, with the process of that: of several that start at once, one makes it. */
const MARK = '.firefly-demo';
/** The name of a mark that is about to be deleted. */
const MARK_OF_NONE = '.firefly-demo-gone';

/** A folder that belongs to one demo until it is released. */
export interface OutputFolder {
  readonly path: string;
  /** Leaves the folder, with nothing in it but pictures. */
  release(): void;
}

/**
 * Takes the folder for the pictures: `wanted`, or, where that is not empty or another demo has it, the first of `…-2`,
 * `…-3` … that can be made or is empty. The mark of a demo that was killed counts for nothing, and goes.
 * @throws Problem `folder_unusable` where none can be taken
 */
export function takeOutputFolder(wanted: string, owner: ProcessIdentity): OutputFolder {
  try {
    const path = firstFree(wanted, owner);
    return { path, release: () => rmSync(join(path, MARK), { force: true }) };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || error instanceof Problem) throw error;
    throw new Problem('folder_unusable', `The folder ${wanted} cannot be created (${code}).`, {
      next: 'Use --out with a folder that you can write to.',
      cause: error,
    });
  }
}

function firstFree(wanted: string, owner: ProcessIdentity): string {
  mkdirSync(dirname(wanted), { recursive: true });
  for (let number = 1; number <= MAX_NUMBER; number += 1) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`;
    if (makeOrFindEmpty(folder, owner) && markAsTaken(folder, owner)) return folder;
  }
  throw new Problem('folder_unusable', `${wanted} and ${MAX_NUMBER - 1} numbered folders beside it exist already.`, {
    next: 'Use --out with another folder, or remove old ones.',
  });
}

/** Makes the folder. @returns whether it is empty, also where it was there already */
function makeOrFindEmpty(folder: string, owner: ProcessIdentity): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    // The user who made the link may lead it elsewhere while pictures are written.
    if (foreignLink(folder) !== undefined) return false;
    removeMarkOfDead(folder, owner);
    return isEmpty(folder);
  }
}

function removeMarkOfDead(folder: string, owner: ProcessIdentity): void {
  const [mark, aside] = [join(folder, MARK), join(folder, MARK_OF_NONE)];
  try {
    if (!isOfDead(mark, owner)) return;
    renameSync(mark, aside);
    // Another demo may have put its own in the place of the one that was read.
    if (!isOfDead(aside, owner)) linkSync(aside, mark);
    rmSync(aside, { force: true });
  } catch {
    // No mark, a file in the place of the folder, or another demo that was faster.
  }
}

/**
 * Whether a demo that is dead made a mark.
 * @throws the file system's error; `EFTYPE` for a pipe or a device in its place, also behind a link
 */
function isOfDead(mark: string, owner: ProcessIdentity): boolean {
  const text = lstatSync(mark).isFile() ? readTextFile(mark)?.text : undefined;
  return text !== undefined && owner.isDead(text);
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    // A file of that name, or a folder that this user cannot read.
    return false;
  }
}

/** Takes the folder. @returns false where another demo has begun or ended in it since it was seen empty */
function markAsTaken(folder: string, { id }: ProcessIdentity): boolean {
  const mark = join(folder, MARK);
  try {
    writeFileSync(mark, id, { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  }
  if (readdirSync(folder).length === 1) return true;
  rmSync(mark, { force: true });
  return false;
}
