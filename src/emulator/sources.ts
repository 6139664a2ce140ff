import type { Source } from '../firefly/contract/common.ts';
import * as errors from './errors.ts';
import type { World } from './world.ts';

/** Hosts that Adobe fetches pictures from (OpenAPI `PublicBinaryInputV3.url`), matched as suffixes. */
const HOSTS = ['amazonaws.com', 'windows.net', 'dropboxusercontent.com', 'storage.googleapis.com'];

/**
 * Refuses a reference picture that Adobe could not fetch. The emulator fetches nothing: a URL on Adobe's list, or of
 * its own storage (which stands for Amazon S3), counts as reachable. It has no uploads yet, so it knows no upload id.
 * @throws Refusal
 */
export function checkSource(source: Source | undefined, { origins }: World): void {
  if (source === undefined) return;
  if ('uploadId' in source) throw errors.uploadUnknown();
  const { hostname, origin, protocol } = new URL(source.url);
  if (origin === origins.storage) return;
  const listed = HOSTS.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  if (!listed || protocol !== 'https:') throw errors.sourceUnreachable();
}
