import { resolve } from 'node:path';
import { openSubfolder, requireSubfolder } from '../../images/files/output-folder.ts';

/** A folder for the pictures of a batch that is yet to be checked: a refused batch leaves none. */
export interface PlannedFolder {
  /** Absolute. */
  readonly path: string;
  /** Makes it. @returns its real path @throws Problem as `openSubfolder` */
  make(): Promise<string>;
}

/** A folder below `root`. @throws Problem `invalid_argument` */
export function plannedFolder(root: string, below: string | undefined): PlannedFolder {
  requireSubfolder(root, below);
  return { path: resolve(root, below ?? ''), make: () => openSubfolder(root, below) };
}
