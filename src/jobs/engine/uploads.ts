import type { Firefly, UploadOutcome } from '../../firefly/types.ts';
import type { ImageLibrary, Still } from '../../images/types.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Queryable } from '../../store/database.ts';
import type { UploadStore } from '../store/upload-store.ts';
import { HOUR_MS } from '../../shared/time/durations.ts';

/**
 * Time during which an upload id is reused. Adobe's documentation names a week in one place and a day in another
 * (docs/adobe-api.md#contradictions).
 */
export const UPLOAD_LIFE_MS = 20 * HOUR_MS;

/** Time during which the claim of an uploading process keeps other processes from uploading that content. */
const CLAIM_MS = 60_000;
/** Interval at which a waiting process polls for the upload id. */
const POLL_MS = 500;

/** The upload ids of all pictures, or the outcome of the first upload that failed. */
export type Uploaded =
  { readonly kind: 'complete'; readonly ids: ReadonlyMap<string, string> } | Exclude<UploadOutcome, { kind: 'stored' }>;

/** Upload ids by content, of one account. Each principal has its own, so that none learns what another has uploaded. */
export class Uploads {
  readonly #store: UploadStore;
  readonly #firefly: Firefly;
  readonly #images: ImageLibrary;
  readonly #clock: Clock;
  readonly #inFlight = new Map<string, Promise<UploadOutcome>>();

  constructor(options: { store: UploadStore; firefly: Firefly; images: ImageLibrary; clock: Clock }) {
    this.#store = options.store;
    this.#firefly = options.firefly;
    this.#images = options.images;
    this.#clock = options.clock;
  }

  /** Uploads each picture without an id once, however many jobs and processes need it. */
  async ensure(principal: string, pictures: readonly Still[], signal: AbortSignal): Promise<Uploaded> {
    const ids = new Map<string, string>();
    for (const picture of pictures) {
      const outcome = await this.#obtain(principal, picture, signal);
      signal.throwIfAborted();
      if (outcome.kind !== 'stored') return outcome;
      ids.set(picture.sha256, outcome.uploadId);
    }
    return { kind: 'complete', ids };
  }

  /** The stored ids of these pictures by content; undefined where one has none, or one that has lapsed. */
  async cached(principal: string, pictures: readonly Still[]): Promise<ReadonlyMap<string, string> | undefined> {
    const ids = new Map<string, string>();
    for (const { sha256 } of pictures) {
      const uploadId = await this.#find(principal, sha256);
      if (uploadId === undefined) return undefined;
      ids.set(sha256, uploadId);
    }
    return ids;
  }

  /** Whether this upload id (lower case) was given for a picture of this principal, and has not lapsed. */
  owns(principal: string, uploadId: string): Promise<boolean> {
    return this.#store.owns(principal, uploadId, UPLOAD_LIFE_MS);
  }

  /** Forgets ids that Adobe no longer accepts. */
  async forget(tx: Queryable, principal: string, pictures: readonly Still[]): Promise<void> {
    for (const { sha256 } of pictures) await this.#store.forget(tx, principal, sha256);
  }

  #find(principal: string, sha256: string): Promise<string | undefined> {
    return this.#store.find(principal, sha256, UPLOAD_LIFE_MS);
  }

  /** Waits while another live process uploads this content. */
  async #obtain(principal: string, picture: Still, signal: AbortSignal): Promise<UploadOutcome> {
    for (;;) {
      const uploadId = await this.#find(principal, picture.sha256);
      if (uploadId !== undefined) return stored(uploadId);
      if (await this.#store.claim(principal, picture.sha256, CLAIM_MS)) return this.#shareUpload(principal, picture);
      await this.#clock.sleep(POLL_MS, signal).catch(() => undefined);
      signal.throwIfAborted();
    }
  }

  /** One upload serves every job that needs it, so the end of a single job does not abort it. */
  #shareUpload(principal: string, picture: Still): Promise<UploadOutcome> {
    const key = `${principal} ${picture.sha256}`;
    const running = this.#inFlight.get(key);
    if (running) return running;
    const upload = this.#upload(principal, picture).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, upload);
    return upload;
  }

  async #upload(principal: string, picture: Still): Promise<UploadOutcome> {
    const { sha256 } = picture;
    try {
      // Another process may have stored an id between the query and the claim.
      const uploadId = await this.#find(principal, sha256);
      if (uploadId !== undefined) return stored(uploadId);
      const outcome = await this.#firefly.upload(await this.#images.read(picture), picture.mimeType);
      if (outcome.kind === 'stored') await this.#store.save(principal, sha256, outcome.uploadId, UPLOAD_LIFE_MS);
      return outcome;
    } finally {
      await this.#store.release(principal, sha256);
    }
  }
}

function stored(uploadId: string): UploadOutcome {
  return { kind: 'stored', uploadId };
}
