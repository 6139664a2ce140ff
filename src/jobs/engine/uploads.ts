import type { Firefly, UploadOutcome } from '../../firefly/types.ts';
import type { ImageLibrary, StoredBytes } from '../../images/types.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Queryable } from '../../store/database.ts';
import type { UploadStore } from '../store/upload-store.ts';

/** How long an upload id is used again. Adobe keeps it for seven days, says one source, and a day, says another. */
export const UPLOAD_HOLDS_MS = 20 * 3_600_000;

/** How long a process that uploads keeps others from doing the same, and how often these look. */
const CLAIM_MS = 60_000;
const LOOK_MS = 500;

/** Where a picture goes in a body before it has an upload id: replaced by `{ uploadId }` when the request is sent. */
export interface PicturePlace {
  readonly $picture: string;
}

/** The place of these bytes in a request's body. */
export function placeOf(picture: Pick<StoredBytes, 'sha256'>): PicturePlace {
  return { $picture: picture.sha256 };
}

/**
 * The body with every place filled.
 * @throws Error when an id is missing, which would be our defect
 */
export function fillPlaces(body: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(body)) return body.map((item) => fillPlaces(item, ids));
  if (typeof body !== 'object' || body === null) return body;
  if ('$picture' in body) {
    const uploadId = ids.get(String(body.$picture));
    if (uploadId === undefined) throw new Error('a picture of the request was not uploaded');
    return { uploadId };
  }
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, fillPlaces(value, ids)]));
}

/** Every picture has an id, or what kept one from getting it. */
export type Uploaded =
  { readonly kind: 'complete'; readonly ids: ReadonlyMap<string, string> } | Exclude<UploadOutcome, { kind: 'stored' }>;

/** Upload ids by content, for one account: each principal's own, so that nobody learns what another one has. */
export class Uploads {
  readonly #store: UploadStore;
  readonly #firefly: Firefly;
  readonly #images: ImageLibrary;
  readonly #clock: Clock;
  readonly #underWay = new Map<string, Promise<UploadOutcome>>();

  constructor(options: { store: UploadStore; firefly: Firefly; images: ImageLibrary; clock: Clock }) {
    this.#store = options.store;
    this.#firefly = options.firefly;
    this.#images = options.images;
    this.#clock = options.clock;
  }

  /** Uploads what has no id yet, each content once, however many jobs of however many processes ask for it. */
  async ensure(principal: string, pictures: readonly StoredBytes[], signal: AbortSignal): Promise<Uploaded> {
    const ids = new Map<string, string>();
    for (const picture of pictures) {
      const outcome = await this.#obtain(principal, picture, signal);
      signal.throwIfAborted();
      if (outcome.kind !== 'stored') return outcome;
      ids.set(picture.sha256, outcome.uploadId);
    }
    return { kind: 'complete', ids };
  }

  /** The ids of pictures that have all been uploaded lately; undefined where one is missing. */
  async cached(principal: string, pictures: readonly StoredBytes[]): Promise<ReadonlyMap<string, string> | undefined> {
    const ids = new Map<string, string>();
    for (const { sha256 } of pictures) {
      const known = await this.#known(principal, sha256);
      if (known === undefined) return undefined;
      ids.set(sha256, known);
    }
    return ids;
  }

  /** Forgets ids that Adobe no longer takes. */
  async forget(tx: Queryable, principal: string, pictures: readonly StoredBytes[]): Promise<void> {
    for (const { sha256 } of pictures) await this.#store.forget(tx, principal, sha256);
  }

  #known(principal: string, sha256: string): Promise<string | undefined> {
    return this.#store.find(principal, sha256, UPLOAD_HOLDS_MS);
  }

  /** Waits for a process that is at it, but for none that is gone. */
  async #obtain(principal: string, picture: StoredBytes, signal: AbortSignal): Promise<UploadOutcome> {
    for (;;) {
      const known = await this.#known(principal, picture.sha256);
      if (known !== undefined) return stored(known);
      if (await this.#store.claim(principal, picture.sha256, CLAIM_MS)) return this.#once(principal, picture);
      await this.#clock.sleep(LOOK_MS, signal).catch(() => undefined);
      signal.throwIfAborted();
    }
  }

  /** An upload serves everybody who waits for it, so no single job's end stops it. */
  #once(principal: string, picture: StoredBytes): Promise<UploadOutcome> {
    const key = `${principal} ${picture.sha256}`;
    const running = this.#underWay.get(key);
    if (running) return running;
    const upload = this.#upload(principal, picture).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, upload);
    return upload;
  }

  async #upload(principal: string, picture: StoredBytes): Promise<UploadOutcome> {
    const { sha256 } = picture;
    try {
      // Another one may have been faster between the look and the claim.
      const known = await this.#known(principal, sha256);
      if (known !== undefined) return stored(known);
      const outcome = await this.#firefly.upload(await this.#images.read(picture), picture.mimeType);
      if (outcome.kind === 'stored') await this.#store.save(principal, sha256, outcome.uploadId);
      return outcome;
    } finally {
      await this.#store.release(principal, sha256);
    }
  }
}

function stored(uploadId: string): UploadOutcome {
  return { kind: 'stored', uploadId };
}
