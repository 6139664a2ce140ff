import { Problem } from '../../shared/errors.ts';
import { requireTokens } from './name-template.ts';
import { requireSubfolder } from './subfolder-names.ts';

/** Where a picture goes within the output folder, unless a folder is named. "." names the output folder itself. */
export const USUAL_FOLDER = 'firefly';

/** Where a picture is saved. */
export interface SavePlace {
  /** File name, with tokens in braces. */
  readonly template: string;
  /** Below the output folder; undefined for the usual one. */
  readonly folder: string | undefined;
}

/**
 * The folder and the file name that `name` and `folder` mean: a name may begin with folders.
 * @throws Problem `invalid_argument` for tokens in a folder
 */
export function placeOf(name: string, folder: string | undefined): SavePlace {
  const [, inName, template = name] = /^(.*)[\\/]([^\\/]+)$/.exec(name) ?? [];
  if (inName === undefined) return { template, folder };
  if (/[{}]/.test(inName))
    throw new Problem('invalid_argument', 'The folder in name has a token.', {
      next: 'Use tokens in the file name only.',
    });
  return { template, folder: folder === undefined || folder.trim() === '' ? inName : `${folder}/${inName}` };
}

/**
 * Checks a name before anything is spent on its pictures.
 * @param root the output folder
 * @param more tokens that the caller fills in itself
 * @throws Problem `invalid_argument` for an unknown token, or a folder that is not inside of the output folder
 */
export function requireSaveName(name: string, root: string, more: readonly string[] = []): void {
  const { template, folder } = placeOf(name, undefined);
  requireTokens(template, more);
  requireSubfolder(root, folder);
}
