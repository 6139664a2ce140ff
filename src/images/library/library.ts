import { hostname } from 'node:os';
import { isId, newId } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database, SqlValue } from '../../store/database.ts';
import { placeholders } from '../../store/placeholders.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import { CheckedContents } from '../blobs/checked-contents.ts';
import { openChecked, readBlob, receive } from '../blobs/receive.ts';
import { addImage, renewImage } from './add-image.ts';
import { ambiguousImage, noImageYet, unknownImage, requirePixels } from '../problems.ts';
import { isOfKind, toRecord } from './image-row.ts';
import { MOST_STILL_BYTES } from '../media.ts';
import { parseReference, type Reference } from './reference.ts';
import { requireStill } from '../still.ts';
import { pictureSteps, type PictureSteps } from '../steps/picture-steps.ts';
import type { ImageKind, ImageLibrary, ImageRecord, Viewer } from '../types.ts';
import { noteSavedFile, savedFilesOf } from './saved-files.ts';
import { NEWEST_FIRST, selection } from './selection.ts';

export { imageMigrations } from './schema.ts';

/** Dependencies of the library. */
export interface LibraryOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  /** Whether the call that made this job may still be repeated. Without this function every call counts as not repeatable. */
  readonly mayBeRepeated?: (job: string, db: Database) => Promise<boolean>;
  /** The job of the item at this place of a batch. Without this function no batch is known. */
  readonly jobOfItem?: (item: BatchItem, db: Database) => Promise<string | undefined>;
  /** Where pixels are worked on; by default in this process. */
  readonly pixels?: PictureSteps;
  readonly random: Random;
  readonly logger: Logger;
  /** Name of this machine: files of others are not here. Default: the one that the system tells. */
  readonly host?: string;
}

/** An item of one principal's batch, by its place from 1. */
export interface BatchItem {
  readonly batch: string;
  readonly place: number;
  readonly principal: string;
}

/** The library over a database and a blob store. Nothing is read or written before the first call. */
export function createImageLibrary(options: LibraryOptions): ImageLibrary {
  const { db, blobs, random, logger, mayBeRepeated = async () => false, jobOfItem = async () => undefined } = options;
  const host = options.host ?? hostname();
  const pixels = options.pixels ?? pictureSteps();

  const checked = new CheckedContents(blobs);

  const findOne: FindOne = async (where, params) => {
    const row = await db.first(`SELECT * FROM images i WHERE ${where} ${NEWEST_FIRST} LIMIT 1`, params);
    return row && toRecord(row);
  };
  const get = async (id: string, viewer: Viewer): Promise<ImageRecord> => {
    const found = isId('img', id) ? await findOne('id = ? AND principal = ?', [id, viewer.principal]) : undefined;
    if (found === undefined) throw unknownImage();
    return found;
  };
  const ofJobs: ImageLibrary['ofJobs'] = async (jobs) => {
    const found = new Map<string, ImageRecord[]>();
    if (jobs.length === 0) return found;
    const { sql, params } = isOfKind('i', ['generated']);
    const which = `i.job IN ${placeholders(jobs)} AND ${sql}`;
    const rows = await db.all(`SELECT * FROM images i WHERE ${which} ORDER BY place`, [...jobs, ...params]);
    for (const image of rows.map(toRecord)) {
      const { job = '' } = image;
      const others = found.get(job);
      if (others === undefined) found.set(job, [image]);
      else others.push(image);
    }
    return found;
  };
  const ofJob: ImageLibrary['ofJob'] = async (job) => (await ofJobs([job])).get(job) ?? [];

  const read: ImageLibrary['read'] = (image, maxBytes = MOST_STILL_BYTES) => readBlob(blobs, image, maxBytes);

  return {
    get,
    linked: async (id) => (isId('img', id) ? findOne('id = ?', [id]) : undefined),
    ofJob,
    ofJobs,
    receive: (given) => receive(blobs, given),
    read,
    pixels,
    open: (image, range) => (range === undefined ? openChecked(blobs, image) : blobs.open(image, range)),
    serve: async (image, range) => (range === undefined ? checked.open(image) : blobs.open(image, range)),
    addressFor: (image) => blobs.addressFor(image),
    preview: async (given, limits) => {
      const still = requireStill(given);
      requirePixels(still);
      const { width, height, mimeType } = still;
      const image = { width, height, mimeType };
      return pixels.run('preview', still, async () => ({ bytes: await read(still), image, limits }));
    },
    add: (tx, image) => addImage(tx, { ...image, id: newId('img', random) }),
    renew: (image) => db.transaction((tx) => renewImage(tx, image)),
    find: async (tx, { sha256, principal, kind }) => {
      const row = await tx.first(
        `SELECT * FROM images WHERE principal = ? AND sha256 = ? AND kind = ? ${NEWEST_FIRST} LIMIT 1`,
        [principal, sha256, kind],
      );
      return row && toRecord(row);
    },
    resolve: async (text, viewer, last = 'generated') => {
      const reference = parseReference(text);
      if (reference === undefined) throw unknownImage();
      if (reference.kind === 'image') return get(reference.id, viewer);
      if (reference.kind === 'last') {
        const image = await newest({ findOne, mayBeRepeated: (job) => mayBeRepeated(job, db) }, viewer, last);
        const { index } = reference;
        if (index === undefined) return image;
        if (image.job === undefined) throw unknownImage();
        return fromJob(await ofJob(image.job), { job: image.job, index }, viewer);
      }
      if (reference.kind === 'job') return fromJob(await ofJob(reference.job), reference, viewer);
      const job = await jobOfItem({ ...reference, principal: viewer.principal }, db);
      if (job === undefined) throw unknownImage();
      return fromJob(await ofJob(job), { job, index: undefined }, viewer);
    },
    list: async (query, viewer) => {
      const before = query.before === undefined ? undefined : await get(query.before, viewer);
      const { sql, params } = selection(query, viewer, before);
      return (await db.all(sql, params)).map(toRecord);
    },
    noteSaved: (image, path) => noteSavedFile(db, { image, host, path }),
    savedFiles: (ids) => savedFilesOf(db, ids, host),
    sweep: async () => {
      await blobs.repair().catch((error: unknown) => logger.warn('sweep_failed', { error }));
    },
  };
}

type FindOne = (where: string, params: readonly SqlValue[]) => Promise<ImageRecord | undefined>;

/**
 * The picture that `last` names (docs/pictures-and-masks.md#the-last-picture): the newest of the conversation, or of the
 * principal where the protocol has no connections. A picture that was made from others is passed over while its call may
 * be repeated: `last` has to name one picture in the call and in its repetition, or the repetition would be another
 * request and pay a second time.
 */
async function newest(
  { findOne, mayBeRepeated }: { readonly findOne: FindOne; readonly mayBeRepeated: (job: string) => Promise<boolean> },
  { principal, conversation }: Viewer,
  kind: ImageKind,
): Promise<ImageRecord> {
  const passedOver: string[] = [];
  for (;;) {
    const ofKind = isOfKind('i', [kind]);
    const conditions = [ofKind.sql, 'principal = ?', ...(conversation === undefined ? [] : ['conversation = ?'])];
    if (passedOver.length > 0) conditions.push(`(job IS NULL OR job NOT IN ${placeholders(passedOver)})`);
    const params = [...ofKind.params, principal, ...(conversation === undefined ? [] : [conversation]), ...passedOver];
    const found = await findOne(conditions.join(' AND '), params);
    if (found === undefined) throw noImageYet(conversation === undefined ? 'history' : 'conversation', kind);
    const { job, facts } = found;
    if (job === undefined || facts.sources === undefined || !(await mayBeRepeated(job))) return found;
    passedOver.push(job);
  }
}

function fromJob(
  pictures: readonly ImageRecord[],
  { job, index }: Omit<Extract<Reference, { kind: 'job' }>, 'kind'>,
  viewer: Viewer,
): ImageRecord {
  const own = pictures.filter((picture) => picture.principal === viewer.principal);
  if (index === undefined && own.length > 1) throw ambiguousImage(job, own.length);
  const found = index === undefined ? own[0] : own.find((picture) => picture.index === index);
  if (found === undefined) throw unknownImage();
  return found;
}
