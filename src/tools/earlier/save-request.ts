import { join } from 'node:path';
import { readFileRequest } from '../../images/conversion/file-request.ts';
import { type ConversionPlan, planConversion, readCrop } from '../../images/conversion/plan.ts';
import type { FileRequest } from '../../images/conversion/save-copy.ts';
import { plannedChanges } from '../../images/conversion/planned-changes.ts';
import { softness } from '../../images/conversion/softness.ts';
import { requireEnding } from '../../images/files/name-ending.ts';
import { placeOf, requireSaveName, USUAL_FOLDER } from '../../images/files/save-place.ts';
import { requireSavePlace } from '../../images/files/writable-place.ts';
import { isStillType, typeByEnding } from '../../images/media.ts';
import type { SaveRequest } from '../../jobs/model/saves/save-order.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import type { ToolCall } from '../definition/define.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture in place of one whose size is not known before it is made. */
const ANY_SIZE = { width: 4096, height: 4096 };

/**
 * What `save_as` asks for, checked before anything is spent: "assets/hero.png", "hero.png 1000x1000", "hero.png 1000x1000
 * top".
 * @param size pixels of the pictures, where they are known
 * @throws Problem `no_server_paths` for callers on other machines, `invalid_argument` for a name, size or crop that
 *   `save_image` would refuse, and as `requireSavePlace`
 */
export async function saveRequest(
  text: string,
  size: Size | undefined,
  { caller, settings, random }: Pick<ToolCall, 'caller' | 'settings' | 'random'>,
): Promise<SaveRequest> {
  if (!caller.can.serverPaths) {
    throw new Problem('no_server_paths', 'This server writes no files for clients on other machines.', {
      next: 'Leave save_as out, and read the resource firefly://images/{id}: it holds the original bytes.',
    });
  }
  const root = settings.outputFolder;
  const request = readFileRequest(text);
  requireSaveName(request.name, root);
  planFor(request, size);
  await requireSavePlace(request.name, root, random);
  return { root, ...request };
}

/**
 * What is to be said of a file before anything is spent on its picture.
 * @param picture its size, where that is known, and whether it is a video
 * @throws Problem `invalid_argument` for a size or crop that `save_image` would refuse, and an ending that it is not saved with
 */
export function fileRemarks(
  request: FileRequest & { readonly name: string },
  { size, isVideo }: { readonly size: Size | undefined; readonly isVideo: boolean },
): readonly string[] {
  const { size: wanted, crop } = request;
  if (isVideo && (wanted !== undefined || crop !== undefined))
    throw invalidArgument('A video is saved as it is, in no other size.', 'Leave the size after its name out.');
  requireEnding(request.name, isVideo ? 'video' : 'still');
  const plan = planFor(request, size);
  return size === undefined ? [] : softness(plan);
}

/**
 * The file that a call would write, before anything is spent: its path, and what is cut off and scaled.
 * @param text what `save_as` said
 * @param size pixels of the pictures, where they are known
 */
export function fileOutlook(text: string, { root, name }: Pick<SaveRequest, 'root' | 'name'>, size?: Size): string {
  const { template, folder } = placeOf(name, undefined);
  return [join(root, folder ?? USUAL_FOLDER, template), ...plannedChanges(text, size)].join(', ');
}

/** The copy of a picture that is not made yet. @throws Problem `invalid_argument` */
function planFor(
  { name, size, crop }: FileRequest & { readonly name: string },
  of: Size | undefined,
): ConversionPlan | undefined {
  const type = typeByEnding(name);
  const mimeType = type !== undefined && isStillType(type) ? type : 'image/png';
  // A crop is an argument of `save_image`; here it is what follows the name.
  if (crop !== undefined && readCrop(crop, of ?? ANY_SIZE) === undefined) {
    throw invalidArgument(
      `"${quoteUntrusted(crop, 60)}" after the name in save_as is no size and no part of the picture.`,
      'Write pixels, such as "hero.png 1920x1080", and after them what stays: center, left, right, top or bottom.',
    );
  }
  return planConversion({ ...(of ?? ANY_SIZE), mimeType }, { size, crop });
}
