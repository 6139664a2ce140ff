import type { Transaction } from '../store/database.ts';

/** Origin of a picture: made by Adobe, drawn as a mask, or given by the user. `last` never names an import. */
export type ImageKind = 'generated' | 'mask' | 'import';

/** Kinds that lists show by default. Imports are files that the user has anyway. */
export const MADE_HERE: readonly ImageKind[] = ['generated', 'mask'];

/** Formats that are stored and shown, recognised by content. */
export type ImageMimeType = 'image/jpeg' | 'image/png' | 'image/webp';

/** Facts about how a picture was made; each only where it applies. Stored as JSON. */
export interface ImageFacts {
  readonly tool?: string | undefined;
  readonly prompt?: string | undefined;
  readonly negativePrompt?: string | undefined;
  readonly model?: string | undefined;
  readonly customModel?: string | undefined;
  readonly seed?: number | undefined;
  readonly contentClass?: string | undefined;
  readonly altText?: string | undefined;
  /** Handles of the pictures that it was made from. */
  readonly sources?: readonly string[] | undefined;
  /** Handle of the mask that it was made with. */
  readonly mask?: string | undefined;
  /** True for pictures drawn by the emulator. */
  readonly demo?: boolean | undefined;
}

/** A content of the blob store, durable on the disk. */
export interface StoredBytes {
  /** 64 hexadecimal digits, lower case. */
  readonly sha256: string;
  readonly mimeType: ImageMimeType;
  /** Length in bytes. */
  readonly bytes: number;
  /** Pixels as displayed, after EXIF orientation. */
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
  /** The job that made it; undefined for masks and imports. */
  readonly job: string | undefined;
  /** Number in its job, from 1. */
  readonly index: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly facts: ImageFacts;
}

/** A picture to record; the library adds id and time. */
export type NewImage = Omit<ImageRecord, 'id' | 'createdAt'>;

/** Writes the bytes of one picture into a temporary file, until `finish` or `discard` ends it. */
export interface Receiver {
  /** @throws Problem `picture_too_large`, `disk_full` */
  write(chunk: Uint8Array): Promise<void>;
  /**
   * Checks that the bytes are a whole JPEG, PNG or WebP, and makes them durable under their hash.
   * @throws Problem `not_a_picture`, `disk_full`, `folder_unwritable`, `folder_unusable`, `disk_failed`
   */
  finish(): Promise<StoredBytes>;
  /** Deletes the temporary file; safe to call at any time, also after `finish`. */
  discard(): Promise<void>;
}

/** The caller of a query. Pictures of other principals answer exactly like unknown ones (docs/security.md#principals). */
export interface Viewer {
  readonly principal: string;
  /** The connection, where the protocol has one: `last` is the newest picture of it. */
  readonly conversation: string | undefined;
}

/** A small rendition for people and models to see. */
export interface Preview {
  readonly data: Uint8Array;
  readonly mimeType: 'image/jpeg' | 'image/png';
  readonly width: number;
  readonly height: number;
}

/** Filters of a listing, which is newest first. */
export interface ImageQuery {
  readonly limit: number;
  /** Only pictures older than this one (its id). */
  readonly before?: string | undefined;
  /** Only these kinds; all where undefined. */
  readonly kinds?: readonly ImageKind[] | undefined;
  /** Only pictures whose source or mask is this one (its id). */
  readonly madeFrom?: string | undefined;
  readonly job?: string | undefined;
  /** Only pictures whose prompt contains this text, whatever the case. */
  readonly prompt?: string | undefined;
}

/** The pictures of an installation: records by handle in the database, bytes by content in the blob store. */
export interface ImageLibrary {
  /** @throws Problem `disk_full`, `folder_unwritable`, `folder_unusable`, `disk_failed` */
  receive(): Promise<Receiver>;
  /** Records a picture in the caller's transaction. If its job and index are already stored, returns the stored one. */
  add(tx: Transaction, image: NewImage): Promise<ImageRecord>;
  /** @throws Problem `unknown_image` */
  get(id: string, viewer: Viewer): Promise<ImageRecord>;
  /**
   * The stored picture that a reference names: `img_…`, `last`, `job_…#2` (and `job_…` where the job made one picture),
   * `firefly://images/img_…`.
   * @param last kind of the pictures of which `last` is the newest; default `generated`
   * @throws Problem `unknown_image`, `ambiguous_image`
   */
  resolve(reference: string, viewer: Viewer, last?: Extract<ImageKind, 'generated' | 'mask'>): Promise<ImageRecord>;
  /** The newest record of these bytes that this principal has of the kind. */
  find(tx: Transaction, image: Pick<ImageRecord, 'sha256' | 'principal' | 'kind'>): Promise<ImageRecord | undefined>;
  /** @throws Problem `unknown_image` for `before` */
  list(query: ImageQuery, viewer: Viewer): Promise<readonly ImageRecord[]>;
  /** Pictures of one job, whatever their principal, in their order. */
  ofJob(job: string): Promise<readonly ImageRecord[]>;
  /** @throws Problem `image_missing` without its file, `image_damaged` where the hash differs */
  read(image: StoredBytes): Promise<Uint8Array>;
  /** Absolute path of the original. */
  path(image: StoredBytes): string;
  /**
   * A rendition whose longer side has at most `maxSide` pixels and whose file at most `maxBytes`.
   * @throws Problem `picture_too_large`, `undecodable_picture`, `preview_too_large`, and those of `read`
   */
  preview(image: StoredBytes, limits: { maxSide: number; maxBytes: number }): Promise<Preview>;
  /** Deletes temporary files that a crash left behind. A failure is logged only. */
  sweep(): Promise<void>;
}
