import { join } from 'node:path';
import type { BlobRef, BlobStore } from '../../../src/images/blobs/blob-store.ts';
import { createFileBlobStore } from '../../../src/images/blobs/file-blob-store.ts';
import { mediumOf } from '../../../src/images/media.ts';
import { systemClock, type Clock } from '../../../src/shared/time/clock.ts';
import { systemRandom } from '../../../src/shared/random.ts';

/** The blob store of the product in a folder of a test. */
export function fileBlobs(folder: string, clock: Clock = systemClock, onTrashed?: () => Promise<void>): BlobStore {
  return createFileBlobStore({ folder, clock, random: systemRandom, onTrashed });
}

/** Where the blob store in this folder has the file of a content, there or not. */
export function originalIn(folder: string, { sha256, mimeType }: BlobRef): string {
  return join(folder, 'originals', sha256.slice(0, 2), `${sha256}.${mediumOf(mimeType).ending}`);
}
