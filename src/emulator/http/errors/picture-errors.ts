import type { Size } from '../../../firefly/contract/common.ts';
import type { Refusal } from '../answer.ts';
import { fieldErrors, refuse, semantic } from './errors.ts';
import { worded } from './wording.ts';

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

const UNREACHED = 'The file with given presigned url could not be reached';

/** Live: also the answer for hosts that are not on Adobe's list. The words are live; that a field may have them is ours. */
export function sourceUnreachable(wording: number): Refusal {
  const field = { loc: ['body', 'image', 'source', 'url'], msg: UNREACHED, type: 'value_error' };
  return worded(
    [semantic(UNREACHED), refuse(422, { error_code: 'validation_error', validation_errors: [field] })],
    wording,
  );
}

/**
 * Ours: Adobe's answer to an unknown or expired upload id is not public. So there are several, and a client that
 * recognises them all depends on no single wording.
 */
export function uploadUnknown(id: string, wording: number): Refusal {
  const loc = ['body', 'image', 'source', 'uploadId'];
  const field = { loc, msg: 'The reference is not valid any more', type: 'value_error' };
  return worded(
    [
      semantic(`Unable to retrieve the source ${id}`),
      refuse(404, { error_code: 'not_found', message: 'The requested asset could not be located.' }),
      refuse(400, { error_code: 'bad_request', validation_errors: [field] }),
      semantic('Input image is no longer available.'),
      refuse(404, { error_code: 'not_found' }),
      semantic('An input file has expired. Please upload it again.'),
    ],
    wording,
  );
}

/** Documented limits of a reference picture (OpenAPI `ReferenceBlobSourceV3`); the words are ours. */
export function referenceRefused(what: string, form: 'live' | 'spec'): Refusal {
  const loc = ['body', 'referenceBlobs', 0, 'source'];
  return fieldErrors([{ loc, msg: `The reference image ${what}`, type: 'value_error' }], form);
}

/** Ours, in the form of other semantic errors. Third parties report that mask and picture must have equal sizes. */
export const maskSize = (mask: Size, right: Size) =>
  semantic(`The mask is ${mask.width}x${mask.height}, but must be ${right.width}x${right.height}`);

/** Refuses bytes that cannot be decoded. The code is from Adobe's SDK and older documents, the text is ours. */
export const indecipherable = (what: string) =>
  refuse(422, { error_code: 'input_media_indecipherable', message: `The ${what} could not be deciphered.` });
