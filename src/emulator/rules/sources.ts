import type { Source } from '../../firefly/contract/common.ts';
import type { GivenPicture } from '../drawing/picture.ts';
import { PictureGone } from '../drawing/picture.ts';
import * as pictureErrors from '../http/picture-errors.ts';
import type { Upload } from '../state/uploads.ts';
import type { EmulatorContext } from '../context.ts';

/** Hosts that Adobe fetches pictures from (OpenAPI `PublicBinaryInputV3.url`), matched as suffixes. */
const HOSTS = ['amazonaws.com', 'windows.net', 'dropboxusercontent.com', 'storage.googleapis.com'];

/**
 * Refuses a reference picture that Adobe could not read. The emulator fetches nothing: a URL on Adobe's list counts as
 * reachable, since references do not influence the drawing.
 * @throws Refusal
 */
export function checkSource(source: Source | undefined, context: EmulatorContext): void {
  if (source === undefined) return;
  if ('uploadId' in source) return void uploadOf(source.uploadId, context);
  const { hostname, origin, protocol } = new URL(source.url);
  if (origin === context.origins.storage) return;
  const listed = HOSTS.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  if (!listed || protocol !== 'https:') throw pictureErrors.sourceUnreachable();
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
    throw pictureErrors.sourceUnreachable();
  }
  return { read: () => context.pictures.get(id, spec) };
}

function uploadOf(id: string, { uploads }: EmulatorContext): Upload {
  const upload = uploads.find(id);
  if (upload === undefined) throw pictureErrors.uploadUnknown(id);
  return upload;
}

function bytesOf({ bytes, id }: Upload): Buffer {
  if (bytes === undefined) throw new PictureGone(`upload ${id}`);
  return bytes;
}
