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
 * reachable, since a reference changes nothing in what the emulator draws.
 * @throws Refusal
 */
export function checkSource(source: Source | undefined, world: EmulatorContext): void {
  if (source === undefined) return;
  if ('uploadId' in source) return void uploadOf(source.uploadId, world);
  const { hostname, origin, protocol } = new URL(source.url);
  if (origin === world.origins.storage) return;
  const listed = HOSTS.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  if (!listed || protocol !== 'https:') throw pictureErrors.sourceUnreachable();
}

/**
 * A picture whose pixels are needed: an upload, or one of the emulator's own results by its signed URL. Any other URL
 * is refused as unreachable, also on Adobe's hosts, because the emulator asks nothing of any network.
 * @throws Refusal
 */
export function pictureOf(source: Source, world: EmulatorContext): GivenPicture {
  if ('uploadId' in source) {
    const upload = uploadOf(source.uploadId, world);
    return { read: () => Promise.resolve(bytesOf(upload)) };
  }
  const { origin, pathname, searchParams } = new URL(source.url);
  const id = pathname.split('/').at(-1) ?? '';
  const spec = origin === world.origins.storage ? world.jobs.picture(id) : undefined;
  if (spec === undefined || world.signer.verify(pathname, searchParams).kind !== 'valid') {
    throw pictureErrors.sourceUnreachable();
  }
  return { read: () => world.pictures.get(id, spec) };
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
