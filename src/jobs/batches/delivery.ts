import { readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ImageRecord } from '../../images/types.ts';
import type { EngineParts } from '../parts.ts';
import type { ViewParts } from '../view.ts';
import {
  forgetFiles,
  itemsWithJobs,
  recordedFiles,
  recordFiles,
  type ItemWithJob,
} from '../store/batches/batch-items.ts';
import type { BatchRecord } from '../store/batches/batch-row.ts';
import { loadBatch, setManifest, settleBatch } from '../store/batches/batch-store.ts';
import { MANIFEST_ENDINGS, manifestCsv, manifestFiles, manifestJson } from './manifest.ts';
import { endedItems } from './progress.ts';
import { countsOf, viewBatch, viewItems } from './view.ts';

/** What delivery works with. */
export type DeliveryParts = ViewParts &
  Pick<EngineParts, 'clock' | 'random'> & {
    /** This machine: only here do the folders of its batches lie. */
    readonly host: string;
  };

/** Items whose pictures are read at a time. */
const CHUNK = 20;
const MOST_MANIFESTS = 1000;

/** Writes what has ended since the last time; once all has ended, also the manifest, and settles the batch. */
export async function deliverNew(batch: BatchRecord, parts: DeliveryParts): Promise<void> {
  if (batch.folder !== null && batch.host !== parts.host) return;
  await saveFiles(batch, parts);
  const counts = await countsOf(batch.id, parts.db);
  const written = counts.waiting + counts.running + endedItems(counts);
  if (endedItems(counts) < Math.max(written, batch.desiredState === 'cancelled' ? 0 : batch.items)) return;
  await writeManifest(batch, parts);
  await parts.db.transaction((tx) => settleBatch(tx, batch.id));
}

/** Like `deliverNew`, and writes files again that were removed since, and in any case the manifest. */
export async function deliver(batch: BatchRecord, parts: DeliveryParts): Promise<void> {
  await forgetRemoved(batch, parts);
  await saveFiles(batch, parts);
  if (batch.settledAt === null) await deliverNew(batch, parts);
  const settled = await loadBatch(parts.db, batch.id);
  if (settled !== undefined) await writeManifest(settled, parts);
}

/** Pictures under predictable names. A file is recorded once it is there; one that is there already is recognised. */
async function saveFiles({ id, folder, host }: BatchRecord, parts: DeliveryParts): Promise<void> {
  if (folder === null || host !== parts.host) return;
  for (;;) {
    const chunk = await itemsWithJobs(parts.db, id, { states: ['succeeded'], unwritten: true, limit: CHUNK });
    if (chunk.length === 0) return;
    const written = await recordedFiles(parts.db, id);
    const taken = new Set(written.flatMap(({ files }) => Object.values(files)));
    for (const entry of chunk) {
      const files = await saveItem(entry, folder, taken, parts);
      await recordFiles(parts.db, entry.item, files);
    }
  }
}

/** Files that are not there any more are written again, under the same names. */
async function forgetRemoved({ id, folder, host }: BatchRecord, parts: DeliveryParts): Promise<void> {
  if (folder === null || host !== parts.host) return;
  for (const { item, files } of await recordedFiles(parts.db, id)) {
    const isRemoved = await Promise.all(Object.values(files).map(isFree));
    if (isRemoved.includes(true)) await forgetFiles(parts.db, id, item);
  }
}

async function saveItem({ item, job }: ItemWithJob, folder: string, taken: Set<string>, parts: DeliveryParts) {
  const { fileNameFor } = await import('../../images/name-template.ts');
  const { openSubfolder } = await import('../../images/output-folder.ts');
  const { placeFile } = await import('../../images/placed-file.ts');
  const { images, random } = parts;
  const target = await openSubfolder(folder, undefined);
  const files: Record<string, string> = {};
  for (const image of await images.ofJob(job.id)) {
    const name = fileNameFor(image, item.name);
    const bytes = await readable(image, parts);
    if (bytes === undefined) continue;
    const path = await placeFile(target, name, bytes, { random, isTaken: (other) => taken.has(other) });
    taken.add(path);
    files[image.id] = path;
  }
  return files;
}

/** A picture that somebody has deleted since is not written, and does not keep the others from it. */
async function readable(image: ImageRecord, { images }: DeliveryParts): Promise<Uint8Array | undefined> {
  return images.read(image).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('image_')) return undefined;
    throw error;
  });
}

/** Both forms of the manifest; an earlier one of the same batch is replaced, a stranger's never. */
async function writeManifest(batch: BatchRecord, parts: DeliveryParts): Promise<void> {
  const { folder, host } = batch;
  if (folder === null || host !== parts.host) return;
  const { openSubfolder } = await import('../../images/output-folder.ts');
  const { replaceFile, sweepPartials } = await import('../../images/placed-file.ts');
  const real = await openSubfolder(folder, undefined);
  const manifest = batch.manifest ?? (await chooseName(batch.id, real));
  const placed = { ...batch, manifest };
  await setManifest(parts.db, batch.id, manifest);
  const view = await viewBatch(placed, parts);
  const items = await viewItems(parts.db, parts.images, batch.id);
  const nameOf = (path: string) => relative(real, path).split(sep).join('/');
  const texts = [manifestCsv(items, nameOf), manifestJson(view, items, nameOf)];
  for (const [index, path] of manifestFiles({ folder: real, manifest }).entries()) {
    await replaceFile(path, real, texts[index] ?? '', parts.random);
  }
  await sweepPartials(real, parts.clock);
}

/** `manifest`, or `manifest-2` … where a file of somebody else, or of another batch, has that name. */
async function chooseName(batch: string, folder: string): Promise<string> {
  for (let number = 1; number <= MOST_MANIFESTS; number++) {
    const name = number === 1 ? 'manifest' : `manifest-${number}`;
    const [csv, json] = MANIFEST_ENDINGS.map((ending) => join(folder, name + ending));
    if ((await isFree(csv)) && (await isFree(json))) return name;
    // A crash between the file and its record: the file says whose it is.
    const text = await readFile(json ?? '', 'utf8').catch(() => '');
    if (text.includes(`"batch": "${batch}"`)) return name;
  }
  return `manifest-${batch}`;
}

async function isFree(path = ''): Promise<boolean> {
  return stat(path).then(
    () => false,
    () => true,
  );
}
