import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, Problem } from '../errors.ts';

/** The outermost folder on the way to a path, itself counted, that this user may not enter; undefined where there is none. */
export function lockedFolder(path: string): string | undefined {
  const parent = dirname(path);
  const outer = parent === path ? undefined : lockedFolder(parent);
  if (outer !== undefined) return outer;
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    const isLocked = errorCode(error) === 'EACCES' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    return isLocked ? path : undefined;
  }
}

/**
 * Refuses a data folder that this user cannot get to, as with the HOME of another user.
 * @throws Problem `home_unusable`, which names the folder that cannot be entered
 */
export function requireReachable(home: string): void {
  const locked = lockedFolder(home);
  if (locked !== undefined) throw unreachable(home, locked);
}

/** The problem of a data folder behind a folder that this user may not enter. */
export function unreachable(home: string, locked: string): Problem {
  const where = locked === home ? '' : ` the folder ${locked} on the way to`;
  return new Problem('home_unusable', `This user may not enter${where} the data folder ${home}.`, {
    next: "Set HOME to this user's own home folder, or FIREFLY_HOME to a folder of this user.",
    places: [home, locked],
  });
}
