import type { MediaType } from '../media.ts';

/** A content and its key: bytes that never change, under their hash. */
export interface BlobRef {
  /** 64 hexadecimal digits, lower case. */
  readonly sha256: string;
  readonly mimeType: MediaType;
  /** Length in bytes. */
  readonly bytes: number;
}

/** Bytes from `from`, which is counted, to `to`, which is not; to the end without `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to?: number | undefined;
}

/** A content as a listing shows it. */
export interface ListedBlob extends BlobRef {
  /** The last time that its bytes were put, epoch milliseconds. */
  readonly usedAt: number;
}

/** The outcome of a deletion: `used` where the content was put lately, `absent` where there was none. */
export type Deletion =
  | { readonly outcome: 'deleted'; readonly files: number; readonly bytes: number }
  | { readonly outcome: 'used' | 'absent' };

/** Bytes on their way into a store. Nothing of them can be seen before `commit`. */
export interface BlobWriter {
  write(chunk: Uint8Array): Promise<void>;
  /**
   * Makes the bytes durable as this content, and counts as its use. Content that is there already stays, unless it is
   * not whole. Once this resolves, the content survives every deletion that is told an earlier moment.
   */
  commit(blob: BlobRef): Promise<void>;
  /** Takes the bytes back; safe to call at any time, also twice and after `commit`. Never fails. */
  abort(): Promise<void>;
}

/**
 * Contents under their SHA-256 hash (docs/decisions/0018-blob-store-and-references.md). Implementations pass the suite in
 * `test/images/blobs/blob-store-contract.ts`. What came in between `begin` and `commit` is hashed and recognised by
 * `receive`, once for all implementations.
 *
 * Every method fails with a Problem where the place fails: `disk_full`, `folder_unwritable`, `folder_unusable`,
 * `disk_failed`.
 */
export interface BlobStore {
  begin(): Promise<BlobWriter>;
  /**
   * The bytes of a content or of a range, clipped to what is there: a range beyond the end has none. Opened when the
   * first piece is asked for; closed at the end, and where reading stops before.
   * @throws Problem `image_missing` in place of the first piece
   */
  open(blob: BlobRef, range?: ByteRange): AsyncIterable<Uint8Array>;
  /**
   * What is another text once the bytes of a content may have changed since; undefined where the store cannot tell, or
   * the content is not there.
   */
  stateOf(blob: BlobRef): Promise<string | undefined>;
  /**
   * Deletes a content that was not put after `since` (epoch milliseconds). A content that is put at that very moment
   * is there afterwards: a record that is committed after its content never loses the bytes to a deletion.
   */
  deleteUnlessUsedSince(sha256: string, since: number): Promise<Deletion>;
  /** Every content, those included that are put meanwhile or not; each once. */
  list(): AsyncIterable<ListedBlob>;
  /** Bytes of what crashes left behind: half-written and half-deleted contents. */
  leftovers(): Promise<{ readonly files: number; readonly bytes: number }>;
  /** Restores contents whose deletion a crash has interrupted, and deletes what was half-written an hour ago or earlier. */
  repair(): Promise<void>;
  /** Where a person on this machine finds a content, there or not; undefined where the store has no such place. */
  addressFor(blob: BlobRef): Promise<string | undefined>;
}
