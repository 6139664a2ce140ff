import type { BlobRef, BlobStore } from '../../../src/images/blobs/blob-store.ts';
import { currentAsker } from './askers.ts';

/** A content on its way into a blob store or out of it. Both ways its bytes are hashed, and nowhere else. */
export interface Passage {
  /** The call that moved it, such as `imageImport.open`; undefined for what runs beside calls, such as the engine. */
  readonly asker: string | undefined;
  readonly way: 'put' | 'read';
  readonly blob: BlobRef;
}

/** A blob store that records every content that passes on its way to another one. */
export function countedBlobs(inner: BlobStore, passages: Passage[]): BlobStore {
  const record = (way: Passage['way'], blob: BlobRef) => passages.push({ asker: currentAsker(), way, blob });
  return {
    ...inner,
    begin: async () => {
      const writer = await inner.begin();
      return {
        ...writer,
        commit: (blob) => {
          record('put', blob);
          return writer.commit(blob);
        },
      };
    },
    open: (blob, range) => {
      record('read', blob);
      return inner.open(blob, range);
    },
  };
}
