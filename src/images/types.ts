import type { Problem } from '../shared/errors.ts';
import type { Transaction } from '../store/database.ts';
import type { BlobRef, ByteRange } from './blobs/blob-store.ts';
import type { Unread } from './formats/format.ts';
import type { CompositeFacts } from './composites/facts.ts';
import type { SavedFiles } from './library/saved-files.ts';
import type { PictureSteps } from './steps/picture-steps.ts';
import type { ImageKind, Preview, StoredBytes } from './stored.ts';

export type { ImageKind, Preview, Still, StoredBytes } from './stored.ts';

/** Kinds that lists show by default. Imports are files that the user has anyway, painted pictures are behind composites. */
export const MADE_HERE: readonly ImageKind[] = ['generated', 'mask'];

/** `tool` of a mask that a person still paints: in no list and lineage, and gone the next day unless a picture needs it. */
export const DRAFT = 'draft';

/** Kinds of a lineage: a painted picture would only repeat its composite. */
export const IN_LINEAGE: readonly ImageKind[] = ['generated', 'mask', 'import'];

/** What a picture was for in the making of another one. */
export interface SourceRole {
  /** `image`, `mask`, `style`, `structure`, `object`, `background`, `first frame` or `last frame`. */
  readonly role: string;
  /** Handle of the source. */
  readonly image: string;
  /** Name of the file that it was read from, without its folder; untrusted. */
  readonly file?: string | undefined;
}

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
  /** What each of `sources` and `mask` was for; absent in records of earlier versions. */
  readonly roles?: readonly SourceRole[] | undefined;
  /** Handle of the picture that a video begins with, where it was given. */
  readonly firstFrame?: string | undefined;
  /** Handle of the mask that it was made with. */
  readonly mask?: string | undefined;
  /** Name of the file that an import, or a mask, was read from, without its folder. */
  readonly file?: string | undefined;
  /** Handle of the picture that Adobe painted, of which this is the composite. */
  readonly painted?: string | undefined;
  /** What is known of a composite. */
  readonly composite?: CompositeFacts | undefined;
  /** True for pictures drawn by the emulator. */
  readonly demo?: boolean | undefined;
}

/** One picture of one principal, or one video. */
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

/** How a content comes in. */
export interface ReceiveOptions {
  /** Most bytes, by the limits of the operation; each type's own limit (`media.ts`) is above it. */
  readonly maxBytes?: number | undefined;
  /** What is taken besides, and not read; nothing by default. */
  readonly unread?: Unread | undefined;
  /** The problem for bytes that are no whole file of a known type, why, and how a picture is had from them; by default that of bytes from Adobe. */
  readonly refuse?: ((reason: string, mend: string | undefined) => Problem) | undefined;
  /** Called with what is whole, before it is put in place; `heldBytes` as in `Claimed`. What it throws refuses the bytes. */
  readonly beforeCommit?: ((content: StoredBytes & { readonly heldBytes: number }) => Promise<void> | void) | undefined;
}

/** Takes the bytes of one content as they come, until `finish` or `discard` ends it. */
export interface Receiver {
  /** @throws Problem `picture_too_large`, and those of `BlobStore` */
  write(chunk: Uint8Array): Promise<void>;
  /** Makes the whole file of a known type durable under its hash. @throws Problem `not_a_picture`, and those of `BlobStore` */
  finish(): Promise<StoredBytes>;
  /** Takes the bytes back; safe to call at any time, also after `finish`. */
  discard(): Promise<void>;
}

/** The caller of a query. Pictures of other principals answer exactly like unknown ones (docs/security.md#principals). */
export interface Viewer {
  readonly principal: string;
  /** The connection, where the protocol has one: `last` is the newest picture of it. */
  readonly conversation: string | undefined;
}

/** Filters of a listing, which is newest first. */
export interface ImageQuery {
  readonly limit: number;
  /** Only pictures older than this one (its id). */
  readonly before?: string | undefined;
  /** Only these kinds; all where undefined. A painted picture without a composite counts as generated, and not as painted. */
  readonly kinds?: readonly ImageKind[] | undefined;
  /** Only pictures whose source or mask is this one (its id). */
  readonly madeFrom?: string | undefined;
  /** Only pictures made in any number of steps from this one (its id), or a file of this name, and masks drawn on it. */
  readonly descendedFrom?: string | undefined;
  readonly descendedFromFile?: string | undefined;
  /** Only pictures of these jobs. */
  readonly jobs?: readonly string[] | undefined;
  /** Only pictures whose prompt or file name, or that of a source, contains this text, whatever the case. */
  readonly text?: string | undefined;
  /** Only pictures made at this moment (epoch milliseconds) or later. */
  readonly since?: number | undefined;
  /** Only pictures made before this moment (epoch milliseconds). */
  readonly until?: number | undefined;
  readonly seed?: number | undefined;
  /** Only pictures that this tool has made; drafts only where it is `DRAFT`. */
  readonly tool?: string | undefined;
  /** Only these pictures. */
  readonly ids?: readonly string[] | undefined;
}

/** The pictures of an installation: records by handle in the database, bytes by content in the blob store. */
export interface ImageLibrary extends SavedFiles {
  /** Begins a content. @throws Problem those of `BlobStore` */
  receive(options?: ReceiveOptions): Promise<Receiver>;
  /** Records a picture in the caller's transaction. If its job, index and kind are already stored, returns the stored one. */
  add(tx: Transaction, image: NewImage): Promise<ImageRecord>;
  /** Makes a picture the newest one, so that `last` names it: a mask that was drawn again. */
  renew(image: ImageRecord): Promise<ImageRecord>;
  /** @throws Problem `unknown_image` */
  get(id: string, viewer: Viewer): Promise<ImageRecord>;
  /** The picture of a signed link; undefined where it is gone. Only here no viewer is asked: the signature was checked, and is its owner's. */
  linked(id: string): Promise<ImageRecord | undefined>;
  /**
   * The stored picture that a reference names: `img_…`, `last`, `job_…#2` (and `job_…` where the job made one picture),
   * `batch_…#3` (where its third item made one picture), `firefly://images/img_…`.
   * @param last kind of the pictures of which `last` is the newest; default `generated`
   * @throws Problem `unknown_image`, `ambiguous_image`
   */
  resolve(reference: string, viewer: Viewer, last?: Extract<ImageKind, 'generated' | 'mask'>): Promise<ImageRecord>;
  /** The newest record of these bytes that this principal has of the kind. */
  find(tx: Transaction, image: Pick<ImageRecord, 'sha256' | 'principal' | 'kind'>): Promise<ImageRecord | undefined>;
  /** @throws Problem `unknown_image` for `before` */
  list(query: ImageQuery, viewer: Viewer): Promise<readonly ImageRecord[]>;
  /** Pictures of one job, whatever their principal, in their order: composites, and what Adobe painted where there is none. */
  ofJob(job: string): Promise<readonly ImageRecord[]>;
  /** As `ofJob`, of several jobs in one question, by job; a job without pictures is left out. */
  ofJobs(jobs: readonly string[]): Promise<ReadonlyMap<string, readonly ImageRecord[]>>;
  /**
   * The whole content in memory, at most `maxBytes` of it: by default what a still may have.
   * @throws Problem `picture_too_large`, `image_missing` without its content, `image_damaged` where the hash differs
   */
  read(image: BlobRef, maxBytes?: number): Promise<Uint8Array>;
  /**
   * The content, or a range of it, in pieces.
   * @throws Problem `image_missing` in place of the first piece; `image_damaged` in place of the last one, of a whole content only
   */
  open(image: BlobRef, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** As `open`, for what is asked for again and again: a whole content is hashed the first time, and once it may have changed. */
  serve(image: BlobRef, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  /** Where a person on this machine finds the original; undefined where the blob store has no such place. */
  addressFor(image: BlobRef): Promise<string | undefined>;
  /**
   * A rendition of a still whose longer side has at most `maxSide` pixels and whose file at most `maxBytes`.
   * @throws Problem `still_wanted`, `picture_too_large`, `undecodable_picture`, `preview_too_large`, and those of `read`
   */
  preview(image: StoredBytes, limits: { maxSide: number; maxBytes: number }): Promise<Preview>;
  /** Work on the pixels of its pictures. */
  readonly pixels: PictureSteps;
  /** Repairs what a crash left behind in the blob store. A failure is logged only. */
  sweep(): Promise<void>;
}
