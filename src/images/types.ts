import type { Transaction } from '../store/database.ts';

/** How a picture came to be. `last` means the newest `generated` one, never a mask or an import. */
export type ImageKind = 'generated' | 'mask' | 'import';

/** Kinds that lists show where nothing is said: files that were only used are left out. */
export const MADE_HERE: readonly ImageKind[] = ['generated', 'mask'];

/** Formats that we keep and show, recognised by content. */
export type ImageMimeType = 'image/jpeg' | 'image/png' | 'image/webp';

/** What is known about how a picture was made; each fact only where it applies. */
export interface ImageFacts {
  readonly tool?: string | undefined;
  readonly prompt?: string | undefined;
  readonly negativePrompt?: string | undefined;
  readonly model?: string | undefined;
  readonly customModel?: string | undefined;
  readonly seed?: number | undefined;
  readonly contentClass?: string | undefined;
  readonly altText?: string | undefined;
  /** Handles of the pictures that it was made from, and of the mask. */
  readonly sources?: readonly string[] | undefined;
  readonly mask?: string | undefined;
  /** True for pictures drawn by the emulator. */
  readonly demo?: boolean | undefined;
}

/** Bytes that are safely in the store, by content. */
export interface StoredBytes {
  readonly sha256: string;
  readonly mimeType: ImageMimeType;
  readonly bytes: number;
  /** Pixels, as displayed. */
  readonly width: number;
  readonly height: number;
}

/** One picture of one principal. */
export interface ImageRecord extends StoredBytes {
  readonly id: string;
  readonly principal: string;
  readonly account: string;
  readonly conversation: string | undefined;
  readonly kind: ImageKind;
  /** The job that made it, and its place in the job, from 1. */
  readonly job: string | undefined;
  readonly index: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly facts: ImageFacts;
}

/** A picture to be recorded; the library adds id and time. */
export type NewImage = Omit<ImageRecord, 'id' | 'createdAt'>;

/** Takes the bytes of one picture into a temporary file. Exactly one of `finish` and `discard` ends it. */
export interface Receiver {
  write(chunk: Uint8Array): Promise<void>;
  /**
   * Hashes, checks that it is a whole JPEG, PNG or WebP, syncs, and moves into place by content.
   * @throws Problem `not_a_picture`, `disk_full`
   */
  finish(): Promise<StoredBytes>;
  /** Removes the temporary file; safe to call at any time, also after `finish`. */
  discard(): Promise<void>;
}

/** Who asks: every look-up is bound to a principal; a foreign id answers exactly like an unknown one. */
export interface Viewer {
  readonly principal: string;
  /** The connection, where the protocol has one. `last` is the newest picture in it. */
  readonly conversation: string | undefined;
}

/** A small rendition to look at; never the original. */
export interface Preview {
  readonly data: Uint8Array;
  readonly mimeType: 'image/webp' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
}

/** What a listing selects; newest first. */
export interface ImageQuery {
  readonly limit: number;
  /** Only pictures older than this one (its id). */
  readonly before?: string | undefined;
  /** Only these kinds; all where nothing is said. */
  readonly kinds?: readonly ImageKind[] | undefined;
  /** Only pictures that this one (its id) was the source or the mask of. */
  readonly madeFrom?: string | undefined;
  readonly job?: string | undefined;
  /** Only pictures whose prompt contains this text, whatever the case. */
  readonly prompt?: string | undefined;
}

/** Pictures: bytes by content, records by handle. */
export interface ImageLibrary {
  receive(): Promise<Receiver>;
  /** Records a picture in the caller's transaction. A second record for the same job and index returns the first one. */
  add(tx: Transaction, image: NewImage): Promise<ImageRecord>;
  /** @throws Problem `unknown_image` */
  get(id: string, viewer: Viewer): Promise<ImageRecord>;
  /**
   * The stored picture that a reference names: `img_…`, `last`, `job_…#2` (and `job_…` where the job made one picture),
   * `firefly://images/img_…`. `last` is the newest picture of the kind `last` (generated ones unless said).
   * @throws Problem `unknown_image` saying which forms exist
   */
  resolve(reference: string, viewer: Viewer, last?: Extract<ImageKind, 'generated' | 'mask'>): Promise<ImageRecord>;
  /** The record of these bytes, where this principal has one of the kind. */
  find(tx: Transaction, image: Pick<ImageRecord, 'sha256' | 'principal' | 'kind'>): Promise<ImageRecord | undefined>;
  list(query: ImageQuery, viewer: Viewer): Promise<readonly ImageRecord[]>;
  /** Pictures of one job in their order. */
  ofJob(job: string): Promise<readonly ImageRecord[]>;
  /** @throws Problem `image_missing` when the file is gone from the disk */
  read(image: StoredBytes): Promise<Uint8Array>;
  /** Where the original lies, absolute. */
  path(image: StoredBytes): string;
  /** A rendition whose longer side is at most `maxSide` pixels and that takes at most `maxBytes`. */
  preview(image: StoredBytes, limits: { maxSide: number; maxBytes: number }): Promise<Preview>;
  /** Removes temporary files that a crash left behind and that nobody can be writing any more. */
  sweep(): Promise<void>;
}
