import { safeName } from '../../images/files/names.ts';
import { placeOf, USUAL_FOLDER } from '../../images/files/save-place.ts';
import { plannedFolder, type PlannedFolder } from '../../images/files/output-folder.ts';
import { Problem } from '../../shared/errors.ts';
import type { ToolCall } from '../definition/define.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import type { BatchSource } from './batch-source.ts';

/**
 * The folder for the pictures of a batch; undefined where none are saved. Pictures of a file or folder are saved in any
 * case where the caller may have files: in a folder of its name. Names may begin with one folder.
 * @throws Problem `no_server_paths`, `invalid_argument`
 */
export function savingFolder(
  { name, isKept, items }: Pick<BatchSource, 'name' | 'isKept' | 'items'>,
  { saveTo, template }: { readonly saveTo: string | undefined; readonly template: string | undefined },
  call: ToolCall,
): PlannedFolder | undefined {
  const names = items.flatMap(({ saveAs = template }) => saveAs ?? []);
  const isWanted = saveTo !== undefined || template !== undefined || names.length > 0;
  if (!isWanted && !(isKept && call.caller.can.serverPaths)) return undefined;
  if (!call.caller.can.serverPaths) {
    throw new Problem('no_server_paths', 'This server writes no files for clients on other machines.', {
      next: 'Leave save_to, name and save_as out, and read the resources firefly://images/{id}.',
    });
  }
  const usual = isKept ? usualFolder(name) : USUAL_FOLDER;
  const below = folderOfNames(names, saveTo) ?? usual;
  return plannedFolder(call.settings.outputFolder, below);
}

/**
 * The one folder that names and `save_to` say; undefined where they say none.
 * @throws Problem `invalid_argument` where they say several
 */
export function folderOfNames(names: readonly string[], saveTo: string | undefined): string | undefined {
  const folders = new Set(names.map((name) => placeOf(name, saveTo).folder));
  if (folders.size > 1)
    throw invalidArgument(
      'The names of a batch begin with different folders.',
      'Its files go to one: give it in save_to.',
    );
  return folders.size === 0 ? saveTo : [...folders][0];
}

/** Where the pictures of a file or folder of that name go, below the output folder. */
export function usualFolder(name: string): string {
  return `${USUAL_FOLDER}/${safeName(name.replace(/(?<=.)\.[a-z0-9]{1,6}$/i, '')) || 'batch'}`;
}
