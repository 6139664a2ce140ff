import { groupsOfStream } from '../../shared/groups.ts';
import type { Database } from '../../store/database.ts';
import { VALUES_AT_ONCE } from '../../store/placeholders.ts';
import type { BlobStore } from './blob-store.ts';
import { NOTHING, sum, type Freed } from './freed.ts';
import { marked } from './references.ts';

/** Contents of the blob store, by purpose. */
export interface DiskUse {
  /** Contents with a record: generated pictures, masks and imports. */
  readonly originals: Freed;
  /** Upload copies that a job or an upload id needs. */
  readonly copies: Freed;
  /** Contents that nothing needs, and those that a crash left half-written. */
  readonly others: Freed;
}

/** Counts the contents of the blob store. */
export async function diskUse({ db, blobs }: { readonly db: Database; readonly blobs: BlobStore }): Promise<DiskUse> {
  const use = { originals: NOTHING, copies: NOTHING, others: await blobs.leftovers() };
  const now = await db.now();
  for await (const group of groupsOfStream(blobs.list(), VALUES_AT_ONCE)) {
    const hashes = group.map(({ sha256 }) => sha256);
    const needs = await marked(db, hashes, now);
    for (const { sha256, bytes } of group) {
      const kind = KINDS[needs.get(sha256) ?? 'nothing'];
      use[kind] = sum(use[kind], { files: 1, bytes });
    }
  }
  return use;
}

const KINDS = { image: 'originals', reference: 'copies', nothing: 'others' } as const;
