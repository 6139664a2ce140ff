import type { Size, Source } from '../../firefly/contract/common.ts';
import type { GivenPicture } from '../drawing/picture.ts';
import { PictureGone } from '../drawing/picture.ts';
import * as pictureErrors from '../http/errors/picture-errors.ts';
import type { Upload } from '../state/uploads.ts';
import type { EmulatorContext } from '../context.ts';
import { sizeOf } from './given-pixels.ts';

/** Hosts that Adobe fetches pictures from (OpenAPI `PublicBinaryInputV3.url`), matched as suffixes. */
const HOSTS = ['amazonaws.com', 'windows.net', 'dropboxusercontent.com', 'storage.googleapis.com'];

/**
 * Refuses a reference picture that Adobe could not read. The emulator fetches nothing: a URL on Adobe's list counts as
 * reachable, since these references do not influence the drawing.
 * @throws Refusal
 */
export function checkSource(
  source: Source | undefined,
  context: EmulatorContext,
  hosts: readonly string[] = HOSTS,
): void {
  if (source === undefined) return;
  if ('uploadId' in source) return void uploadOf(source.uploadId, context);
  const { hostname, origin, protocol } = new URL(source.url);
  if (origin === context.origins.storage) return;
  const listed = hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  if (!listed || protocol !== 'https:') throw pictureErrors.sourceUnreachable(context.settings.wording);
}

/**
 * A source or mask whose pixels are needed: an upload, or a result of this emulator by its signed URL. Any other URL
 * is refused as unreachable, also on Adobe's hosts, because the emulator has no access to any network.
 * @throws Refusal
 */
export function pictureOf(source: Source, context: EmulatorContext): GivenPicture {
  if ('uploadId' in source) {
    const upload = uploadOf(source.uploadId, context);
    return { read: () => Promise.resolve(bytesOf(upload)) };
  }
  const { origin, pathname, searchParams } = new URL(source.url);
  const id = pathname.split('/').at(-1) ?? '';
  const spec = origin === context.origins.storage ? context.jobs.picture(id) : undefined;
  if (spec === undefined || context.signer.verify(pathname, searchParams).kind !== 'valid') {
    throw pictureErrors.sourceUnreachable(context.settings.wording);
  }
  return { read: () => context.pictures.get(id, spec) };
}

/**
 * Checks a frame of a video, whose pixels do not influence the recording: it has to be readable where its bytes are here.
 * @throws Refusal
 */
export async function checkFrame(source: Source, context: EmulatorContext): Promise<void> {
  checkSource(source, context);
  if (!('uploadId' in source) && new URL(source.url).origin !== context.origins.storage) return;
  await sizeOf(pictureOf(source, context), 'image');
}

/** Hosts of Image 5, by the table under "Image API usage" of Adobe's usage notes. */
const HOSTS_V4 = [...HOSTS, 'frontdoor.prod.azure.cxp.adobe.com'];
/** Limits of OpenAPI `ReferenceBlobSourceV3`. "10 MB" is read as 10,000,000 bytes. */
const REFERENCE = { bytes: 10_000_000, leastPixels: 512 * 512, mostPixels: 2048 * 2048, ratio: 5 } as const;

/** The reference picture of an edit, and its pixels. */
export interface Reference {
  readonly source: GivenPicture;
  readonly size: Size;
}

/**
 * Checks the reference picture of Image 5. Undefined for a URL that the emulator does not fetch: it counts as reachable,
 * and does not influence the drawing.
 * @throws Refusal
 */
export async function readReference(source: Source, context: EmulatorContext): Promise<Reference | undefined> {
  checkSource(source, context, HOSTS_V4);
  if (!('uploadId' in source) && new URL(source.url).origin !== context.origins.storage) return undefined;
  const picture = pictureOf(source, context);
  const { schemaErrors: form } = context.settings;
  const { length } = await picture.read();
  if (length > REFERENCE.bytes) throw pictureErrors.referenceRefused('is larger than 10 MB', form);
  const size = await sizeOf(picture, 'image');
  const area = size.width * size.height;
  if (area < REFERENCE.leastPixels || area > REFERENCE.mostPixels) {
    throw pictureErrors.referenceRefused('must have an area between 512x512 and 2048x2048 pixels', form);
  }
  if (Math.max(size.width, size.height) > REFERENCE.ratio * Math.min(size.width, size.height)) {
    throw pictureErrors.referenceRefused('must have an aspect ratio between 1:5 and 5:1', form);
  }
  return { source: picture, size };
}

function uploadOf(id: string, { uploads, settings }: EmulatorContext): Upload {
  const upload = uploads.find(id);
  if (upload === undefined) throw pictureErrors.uploadUnknown(id, settings.wording);
  return upload;
}

function bytesOf({ bytes, id }: Upload): Buffer {
  if (bytes === undefined) throw new PictureGone(`upload ${id}`);
  return bytes;
}
