import type { Size } from '../../firefly/contract/common.ts';
import type { Refusal } from './answer.ts';
import { refuse, semantic } from './errors.ts';

/** Errors about pictures that come in, in Adobe's name; the comments say where they are from, as in `errors.ts`. */

/** Numeric codes of the storage API, from Adobe's older documents; the texts are ours. */
const UPLOAD = {
  '10075': [400, 'The image could not be stored.'],
  '10007': [403, 'A required IMS scope is missing.'],
} as const;

/** An answer of the storage API (spec `ErrorBody`). */
export function upload(code: keyof typeof UPLOAD, details?: string): Refusal {
  const [status, message] = UPLOAD[code];
  return refuse(status, { error_code: code, message: details ?? message });
}

/** Live: also for hosts that are not on Adobe's list. */
export const sourceUnreachable = () => semantic('The file with given presigned url could not be reached');

/** Ours: how Adobe refuses an upload id that it does not know, or no longer, is not public. */
export const uploadUnknown = (id: string) => semantic(`The file with given uploadId ${id} was not found`);

/** Ours, in the form of other semantic faults. Third parties say that a mask must have the size of its picture. */
export const maskSize = (mask: Size, right: Size) =>
  semantic(`The mask is ${mask.width}x${mask.height}, but must be ${right.width}x${right.height}`);

/** The code is Adobe's (its SDK and older documents), the text ours: bytes that are no picture we can read. */
export const indecipherable = (what: string) =>
  refuse(422, { error_code: 'input_media_indecipherable', message: `The ${what} could not be deciphered.` });
