import { safeName } from '../../images/files/names.ts';
import { openSubfolder, USUAL_FOLDER } from '../../images/files/output-folder.ts';
import { Problem } from '../../shared/errors.ts';
import type { ToolCall } from '../definition/define.ts';
import type { BatchSource } from './batch-source.ts';

/**
 * The folder for the pictures of a batch, absolute; undefined where none are saved. Pictures of a file or folder are saved
 * in any case where the caller may have files: in a folder of its name.
 * @throws Problem `no_server_paths`, and as `openSubfolder`
 */
export async function savingFolder(
  { name, isKept }: Pick<BatchSource, 'name' | 'isKept'>,
  { saveTo, template }: { readonly saveTo: string | undefined; readonly template: string | undefined },
  call: ToolCall,
): Promise<string | undefined> {
  const isWanted = saveTo !== undefined || template !== undefined;
  if (!isWanted && !(isKept && call.caller.can.serverPaths)) return undefined;
  if (!call.caller.can.serverPaths) {
    throw new Problem('no_server_paths', 'This server writes no files for clients on other machines.', {
      next: 'Leave save_to and name out, and read the resources firefly://images/{id}.',
    });
  }
  const usual = isKept ? usualFolder(name) : USUAL_FOLDER;
  return openSubfolder(call.settings.outputFolder, saveTo ?? usual);
}

/** Where the pictures of a file or folder of that name go, below the output folder. */
export function usualFolder(name: string): string {
  return `${USUAL_FOLDER}/${safeName(name.replace(/(?<=.)\.[a-z0-9]{1,6}$/i, '')) || 'batch'}`;
}
