import { join } from 'node:path';
import { createImageLibrary, imageMigrations } from '../../../src/images/library/library.ts';
import type { BlobStore } from '../../../src/images/blobs/blob-store.ts';
import { fileBlobs, originalIn } from './blobs.ts';
import type { ImageLibrary, ImageRecord, NewImage, StoredBytes } from '../../../src/images/types.ts';
import { systemClock, type Clock } from '../../../src/shared/time/clock.ts';
import { newId } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { newPlace, type Place } from '../places.ts';
import { plain } from '../../images/pictures.ts';
import { removeFolder, temporaryFolder } from '../artefacts.ts';

export const ANNA = { principal: 'anna', conversation: 'first' };
export const BEN = { principal: 'ben', conversation: 'second' };
export const aJob = () => newId('job', systemRandom);

/** A library on a store of its own, in a temporary folder. */
export class TestLibrary implements AsyncDisposable {
  readonly folder: string;
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly library: ImageLibrary;

  readonly #place: Place;

  private constructor(folder: string, parts: { db: Database; blobs: BlobStore; library: ImageLibrary; place: Place }) {
    this.folder = folder;
    this.db = parts.db;
    this.blobs = parts.blobs;
    this.library = parts.library;
    this.#place = parts.place;
  }

  static async open(clock: Clock = systemClock): Promise<TestLibrary> {
    const home = temporaryFolder('library-');
    const common = { clock, random: systemRandom, logger: silentLogger };
    const place = await newPlace();
    const db = await openStore({ ...place.address, migrations: [imageMigrations], ...common });
    const blobs = fileBlobs(join(home, 'pictures'), clock);
    return new TestLibrary(home, { db, blobs, place, library: createImageLibrary({ db, blobs, ...common }) });
  }

  get pictures(): string {
    return join(this.folder, 'pictures');
  }

  /** The file of a content. */
  pathOf(image: StoredBytes): string {
    return originalIn(this.pictures, image);
  }

  /** Stores bytes in pieces, as a download would. */
  async store(bytes: Uint8Array): Promise<StoredBytes> {
    const receiver = await this.library.receive();
    for (let at = 0; at < bytes.length; at += 100_000) await receiver.write(bytes.subarray(at, at + 100_000));
    return receiver.finish();
  }

  /** A recorded picture of one colour. */
  async add(given: Partial<NewImage> = {}, bytes?: Uint8Array): Promise<ImageRecord> {
    const stored = await this.store(bytes ?? (await plain(20, 10).png().toBuffer()));
    const image: NewImage = {
      ...stored,
      ...ANNA,
      account: 'account',
      kind: 'generated',
      job: aJob(),
      index: 1,
      facts: {},
      ...given,
    };
    return this.db.transaction((tx) => this.library.add(tx, image));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.db.close();
    await this.#place.remove();
    removeFolder(this.folder);
  }
}
