import { readFileRequest } from '../../../images/conversion/file-request.ts';
import { planFile } from '../../../images/conversion/save-copy.ts';
import type { ImageRecord } from '../../../images/types.ts';
import { Problem } from '../../../shared/errors.ts';

/**
 * The file of a picture of an item. A copy that its picture does not allow, which shows only once that is made, is no
 * reason to keep the batch from its end: its original is saved.
 */
export function planOrOriginal(picture: ImageRecord, name: string) {
  const request = readFileRequest(name);
  try {
    return planFile(picture, request, request.name);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return planFile(picture, {}, request.name);
  }
}
