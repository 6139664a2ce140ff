import type { z } from 'zod';
import type { GivenPicture, ImageImport } from '../../images/import/image-import.ts';
import type { CopyOptions } from '../../images/import/upload-copy.ts';
import type { ImageRecord, StoredBytes } from '../../images/types.ts';
import { fillPlaces, placeOf } from '../../jobs/engine/uploads.ts';
import { withoutUndefined } from '../../render/rendered.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';

/** A picture as it goes into a request's body. */
export interface RequestImage {
  /** OpenAPI `PublicBinaryInputV3`, or the place where the upload id will stand. */
  readonly source: unknown;
  /** What has to be uploaded for it. */
  readonly uploads: readonly StoredBytes[];
  /** The handle of the original, where it has one. */
  readonly handle: string | undefined;
  /** Sentences about how the copy differs from the original. */
  readonly notes: readonly string[];
}

/** An outgoing picture whose copy lies here, so that its pixels are known. */
export interface RequestImageCopy extends RequestImage {
  readonly copy: StoredBytes;
}

/** The copy of a stored picture that goes to Adobe. */
export async function sendCopy(
  image: ImageRecord,
  imageImport: ImageImport,
  options: CopyOptions = {},
): Promise<RequestImageCopy> {
  const { copy, notes } = await imageImport.prepare(image, options);
  return { source: placeOf(copy), uploads: [copy], handle: image.id, notes, copy };
}

/** A picture argument on its way to Adobe: a copy of what lies here, or the URL or upload id as it was given. */
export async function send(given: GivenPicture, imageImport: ImageImport): Promise<RequestImage> {
  return given.kind === 'local' ? sendCopy(given.image, imageImport) : passOn(given);
}

/** A picture that Adobe reads itself. */
export function passOn(given: Exclude<GivenPicture, { kind: 'local' }>): RequestImage {
  const source = given.kind === 'url' ? { url: given.url } : { uploadId: given.uploadId };
  return { source, uploads: [], handle: undefined, notes: [] };
}

/** Any version 4 UUID: stands for upload ids that do not exist yet. */
const STAND_IN = '00000000-0000-4000-8000-000000000000';

/**
 * The body without what is undefined, checked against the wire schema as it will be once all is uploaded.
 * @throws Problem `invalid_argument` naming what Adobe would refuse
 */
export function checkedBody(
  schema: z.ZodType,
  body: Readonly<Record<string, unknown>>,
  uploads: readonly StoredBytes[] = [],
): Record<string, unknown> {
  const clean = withoutUndefined(body);
  const ids = new Map(uploads.map(({ sha256 }) => [sha256, STAND_IN]));
  const { error } = schema.safeParse(fillPlaces(clean, ids));
  if (error === undefined) return clean;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`);
  throw invalidArgument(
    `Adobe would refuse this request (${faults.slice(0, 3).join('; ')}).`,
    'Correct what is named, and call again; nothing was spent.',
  );
}
