import type { Source } from '../../firefly/contract/common.ts';
import { PAID_ENDPOINTS } from '../../firefly/endpoints/registry.ts';
import { unreadHosts } from '../../firefly/families/source-hosts.ts';
import type { OperationId } from '../../firefly/types.ts';
import type { GivenPicture, ImageImport } from '../../images/import/image-import.ts';
import type { CopyOptions } from '../../images/import/upload-copy.ts';
import type { ImageRecord, Still } from '../../images/types.ts';
import {
  drawSeeds,
  fillPlaces,
  placeOf,
  type Pending,
  type PendingBody,
} from '../../jobs/model/requests/adobe-request.ts';
import type { DrawnMask } from '../../jobs/model/requests/drawn-mask.ts';
import { Problem } from '../../shared/errors.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';

/** A picture in the body of a request. */
export interface RequestImage {
  readonly source: Pending<Source>;
  /** Blobs to be uploaded before the request. */
  readonly uploads: readonly Still[];
  /** The original, where it is stored. */
  readonly original: Pick<ImageRecord, 'id' | 'facts'> | undefined;
  /** Sentences that say how the copy differs from the original. */
  readonly notes: readonly string[];
  /** Of a mask that was drawn for this call. */
  readonly drawn?: DrawnMask | undefined;
}

/** A picture whose copy is stored, so that its size is known. */
export interface RequestImageCopy extends RequestImage {
  readonly copy: Still;
}

/** The copy of a stored picture for the upload. */
export async function requestImageCopy(
  image: Still<ImageRecord>,
  imageImport: ImageImport,
  options: CopyOptions,
): Promise<RequestImageCopy> {
  const { copy, notes } = await imageImport.prepare(image, options);
  return { source: placeOf(copy), uploads: [copy], original: image, notes, copy };
}

/** A picture argument for a request: a copy of a stored picture, or the URL or upload id unchanged. */
export async function requestImage(
  given: GivenPicture,
  imageImport: ImageImport,
  options: CopyOptions,
): Promise<RequestImage> {
  return given.kind === 'local' ? requestImageCopy(given.image, imageImport, options) : imageByReference(given);
}

/** A URL or upload id, which Adobe reads itself. */
export function imageByReference(given: Exclude<GivenPicture, { kind: 'local' }>): RequestImage {
  const source = given.kind === 'url' ? { url: given.url } : { uploadId: given.uploadId };
  return { source, uploads: [], original: undefined, notes: [] };
}

/** A version 4 UUID in place of upload ids that do not exist yet. */
const PLACEHOLDER_ID = '00000000-0000-4000-8000-000000000000';

/**
 * The body, checked against the operation's contract in the form that it has after all uploads.
 * @throws Problem `invalid_argument` that names the fields which Adobe would refuse, `url_not_allowed` for a picture on a
 *   host that this operation does not read
 */
export function checkedBody<Id extends OperationId>(
  operation: Id,
  body: PendingBody<Id>,
  uploads: readonly Still[] = [],
): PendingBody<Id> {
  const { hosts } = PAID_ENDPOINTS[operation].limits;
  const [unread] = unreadHosts(body, hosts);
  if (unread !== undefined) {
    throw new Problem('url_not_allowed', `Adobe does not read pictures from ${unread} for this.`, {
      next: `Use a URL on ${hosts.join(', ')}, or give the picture itself: a path or a data URI.`,
    });
  }
  const ids = new Map(uploads.map(({ sha256 }) => [sha256, PLACEHOLDER_ID]));
  const { error } = PAID_ENDPOINTS[operation].body.safeParse(drawSeeds(fillPlaces(body, ids), () => 0));
  if (error === undefined) return body;
  const faults = error.issues.map(
    ({ path, code, message }) =>
      `${path.join('.') || 'request'}: ${code === 'invalid_format' ? 'has a form that Adobe does not take' : message}`,
  );
  throw invalidArgument(
    `Adobe would refuse this request (${faults.slice(0, 3).join('; ')}).`,
    'Correct these fields and call again; nothing was spent.',
  );
}
