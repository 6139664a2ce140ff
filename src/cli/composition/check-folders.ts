import { accessSync, constants, statSync } from 'node:fs';
import type { Config } from '../../config/resolve.ts';
import { errorCode, Problem } from '../../shared/errors.ts';

/** A configured folder that cannot be used as one. */
export interface FolderFault {
  readonly variable: string;
  /** The end of the sentence that begins with the variable. */
  readonly what: string;
}

/** Configured roots from which no picture can be read. */
export function rootFaults({ roots }: Pick<Config, 'roots'>): readonly FolderFault[] {
  return roots.flatMap((folder) => {
    const what = folderFault(folder);
    return what === undefined ? [] : [{ variable: 'FIREFLY_ROOTS', what: `names ${folder}, which ${what}` }];
  });
}

/**
 * Refuses a data or output folder that is something else.
 * @throws Problem `config_invalid`
 */
export function requireFolders({ home, outputFolder }: Pick<Config, 'home' | 'outputFolder'>): void {
  const named: readonly (readonly [string, string])[] = [
    ['FIREFLY_HOME', home],
    ['FIREFLY_OUTPUT_DIR', outputFolder],
  ];
  for (const [variable, folder] of named) {
    if (statOrUndefined(folder)?.isDirectory() === false) {
      throw new Problem('config_invalid', `${variable} names ${folder}, which is no folder.`, {
        next: `Set ${variable} to a folder; it is made where it does not exist.`,
        places: [folder],
      });
    }
  }
}

/** Why no picture can be read from a folder, as the end of "the folder … which"; undefined for one that can be read. */
export function folderFault(folder: string): string | undefined {
  const found = statOrUndefined(folder);
  if (found === undefined) return 'does not exist';
  if (!found.isDirectory()) return 'is no folder';
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return undefined;
  } catch {
    return 'this user may not read';
  }
}

function statOrUndefined(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A parent in the path is a file; another error shows when the folder is used.
    return errorCode(error) === 'ENOTDIR' ? { isDirectory: () => false } : undefined;
  }
}
