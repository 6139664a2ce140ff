import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createImageImport } from '../../src/images/import/image-import.ts';
import { createImageLibrary, imageMigrations } from '../../src/images/library/library.ts';
import type { BlobStore } from '../../src/images/blobs/blob-store.ts';
import { fileBlobs, originalIn } from '../support/rooms/blobs.ts';
import { oneOwner } from '../../src/images/blobs/references.ts';
import type { ImageFacts, ImageLibrary, ImageRecord, NewImage, StoredBytes } from '../../src/images/types.ts';
import { jobMigrations } from '../../src/jobs/index.ts';
import { UPLOAD_LIFE_MS } from '../../src/jobs/engine/uploads.ts';
import type { JobRow } from '../../src/jobs/model/job-row.ts';
import { isFinal, type JobState } from '../../src/jobs/model/states.ts';
import { unsettleBatch } from '../../src/jobs/store/batches/batch-items.ts';
import { holdImages, releaseImages } from '../../src/jobs/store/image-references.ts';
import { UploadStore } from '../../src/jobs/store/upload-store.ts';
import { Retention } from '../../src/maintenance/retention.ts';
import { systemClock } from '../../src/shared/time/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import type { Database } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';
import { newPlace, type Place } from '../support/places.ts';
import { onePixel } from '../support/doubles/scripted-adobe.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

export const HOUR = 3_600_000;
const common = { clock: systemClock, random: systemRandom, logger: silentLogger };

/** A data folder whose pictures and jobs are inserted directly, of any age. */
export class DataFolder {
  readonly folder: string;
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly images: ImageLibrary;
  readonly #place: Place;
  readonly #others: Database[] = [];
  #count = 0;

  private constructor(folder: string, db: Database, place: Place) {
    this.folder = folder;
    this.db = db;
    this.blobs = fileBlobs(this.pictures);
    this.images = createImageLibrary({ db, blobs: this.blobs, ...common });
    this.#place = place;
  }

  static async create(): Promise<DataFolder> {
    const place = await newPlace();
    return new DataFolder(temporaryFolder('data-'), await open(place), place);
  }

  get pictures(): string {
    return join(this.folder, 'images');
  }

  /** The file of a content. */
  pathOf(image: StoredBytes): string {
    return originalIn(this.pictures, image);
  }

  /** Path of the database; SQLite only. */
  get store(): string {
    return this.#place.address.path;
  }

  /** The database as another process opens it. */
  async another(): Promise<Database> {
    const db = await open(this.#place);
    this.#others.push(db);
    return db;
  }

  /** The retention of a process with this database. */
  retention(db = this.db, onTrashed?: () => Promise<void>): Retention {
    return new Retention({ db, blobs: fileBlobs(this.pictures, systemClock, onTrashed), clock: systemClock });
  }

  imageImport() {
    const roots = { folders: [], base: this.folder };
    return createImageImport({
      db: this.db,
      images: this.images,
      account: 'a',
      roots,
      ownsUpload: async () => false,
    });
  }

  /** Adds a picture of so many hours ago with its file. Equal shades give equal contents. */
  async picture(hours: number, given: Partial<NewImage> & { shade?: number } = {}): Promise<ImageRecord> {
    const { shade = (this.#count += 1), ...facts } = given;
    const receiver = await this.images.receive();
    await receiver.write(onePixel(shade));
    const stored = await receiver.finish();
    const owner = { principal: 'alice', conversation: undefined, account: 'a', index: 1, facts: {} } as const;
    const image: NewImage = { ...stored, ...owner, kind: 'generated', job: undefined, ...facts };
    const { id } = await this.db.transaction((tx) => this.images.add(tx, image));
    const then = Math.floor(Date.now() - hours * HOUR);
    await this.db.run('UPDATE images SET created_at = ? WHERE id = ?', [then, id]);
    await utimes(this.pathOf(stored), then / 1000, then / 1000);
    return { ...image, id, createdAt: then };
  }

  /** Adds a job with the columns that maintenance reads, and what it needs, as the store of the jobs does. */
  async job(
    id: string,
    given: { facts?: ImageFacts; pictures?: JobRow['pictures']; state?: JobState; finished?: boolean } = {},
  ) {
    const { facts = {}, pictures = [], finished = true, state = finished ? 'succeeded' : 'running' } = given;
    const columns = {
      ...EMPTY_JOB,
      id,
      state,
      facts: JSON.stringify(facts),
      pictures: JSON.stringify(pictures),
      finished_at: finished ? 1 : null,
    };
    const names = Object.keys(columns);
    const values = names.map(() => '?').join(', ');
    await this.db.transaction(async (tx) => {
      await tx.run(`INSERT INTO jobs (${names.join(', ')}) VALUES (${values})`, Object.values(columns));
      await holdImages(tx, { id, facts, pictures, batch: undefined });
      if (isFinal(state)) await releaseImages(tx, oneOwner(id), state);
    });
  }

  /** Ends a job that `job` added. */
  async succeed(id: string) {
    await this.db.transaction(async (tx) => {
      await tx.run(`UPDATE jobs SET finished_at = 1, state = 'succeeded' WHERE id = ?`, [id]);
      await releaseImages(tx, oneOwner(id), 'succeeded');
    });
  }

  /** Records that a content is uploaded at Adobe, as of now. */
  async uploaded(sha256: string) {
    const owner = { id: 'test', isDead: () => false };
    await new UploadStore({ db: this.db, account: 'a', owner }).save('alice', sha256, 'u', UPLOAD_LIFE_MS);
  }

  /** Adds a batch of one item, whose job this is. */
  async batch(job: string, { settled }: { settled: boolean }) {
    await this.db.run(
      `INSERT INTO batches (id, account, principal, tool, source, digest, desired_state, items, duplicates, host, settled_at,
         created_at) VALUES (?, 'a', 'alice', 't', 's', 'd', 'active', 1, 0, 'h', ?, 0)`,
      [`batch of ${job}`, settled ? 1 : null],
    );
    await this.db.run(
      `INSERT INTO batch_items (batch, item, place, label, name, job) VALUES (?, 'one', 1, 'l', 'n', ?)`,
      [`batch of ${job}`, job],
    );
    if (!settled) await this.db.transaction((tx) => unsettleBatch(tx, `batch of ${job}`));
  }

  /** Ids of the pictures that are not deleted, oldest first. */
  async left(): Promise<readonly string[]> {
    return (await this.db.all('SELECT id FROM images ORDER BY created_at, id')).map((row) => String(row['id']));
  }

  async end(): Promise<void> {
    for (const db of [this.db, ...this.#others]) await db.close();
    await this.#place.remove();
    removeFolder(this.folder);
  }
}

/** Columns that maintenance does not read. */
const EMPTY_JOB = Object.fromEntries([
  ...['account', 'principal', 'tool', 'operation', 'fingerprint'].map((name) => [name, 'x'] as const),
  ...['count', 'operations', 'priority', 'turn', 'failures', 'unauthorized', 'reuploads', 'attempt', 'fence'].map(zero),
  ...['lease_until', 'runnable_at', 'created_at', 'updated_at'].map(zero),
  ...['warnings', 'outputs', 'body'].map((name) => [name, '[]'] as const),
  ...['cancel', 'delivery'].map((name) => [name, 'none'] as const),
]);

function zero(name: string) {
  return [name, 0] as const;
}

function open(place: Place): Promise<Database> {
  return openStore({ ...place.address, migrations: [imageMigrations, jobMigrations], ...common });
}
