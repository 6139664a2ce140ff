import type { Size } from '../../firefly/contract/common.ts';
import type { Refusal } from './answer.ts';
import { refuse, semantic } from './errors.ts';

/** Errors about source pictures, in Adobe's name. Comments name their origin as in `errors.ts`. */

/** Numeric codes of the storage API, from Adobe's older documents; the texts are ours. */
const UPLOAD = {
  '10075': [400, 'The image could not be stored.'],
  '10007': [403, 'A required IMS scope is missing.'],
} as const;

/** A refusal by the storage API (spec `ErrorBody`). */
export function upload(code: keyof typeof UPLOAD, details?: string): Refusal {
  const [status, message] = UPLOAD[code];
  return refuse(status, { error_code: code, message: details ?? message });
}

/** Live: also the answer for hosts that are not on Adobe's list. */
export const sourceUnreachable = () => semantic('The file with given presigned url could not be reached');

/** Ours: Adobe's answer to an unknown or expired upload id is not public. */
export const uploadUnknown = (id: string) => semantic(`The file with given uploadId ${id} was not found`);

/** Ours, in the form of other semantic errors. Third parties report that mask and picture must have equal sizes. */
export const maskSize = (mask: Size, right: Size) =>
  semantic(`The mask is ${mask.width}x${mask.height}, but must be ${right.width}x${right.height}`);

/** Refuses bytes that cannot be decoded. The code is from Adobe's SDK and older documents, the text is ours. */
export const indecipherable = (what: string) =>
  refuse(422, { error_code: 'input_media_indecipherable', message: `The ${what} could not be deciphered.` });
