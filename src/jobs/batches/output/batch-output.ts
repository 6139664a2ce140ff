import { lstat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { HeldFolder } from '../../../images/files/held-folder.ts';
import { Problem } from '../../../shared/errors.ts';
import type { EngineDeps } from '../../engine/engine-context.ts';
import type { ViewDeps } from '../../views/job-view.ts';
import {
  forgetFiles,
  itemsWithJobs,
  recordedFiles,
  recordFiles,
  type ItemWithJob,
} from '../../store/batches/batch-items.ts';
import type { BatchRow } from '../../store/batches/batch-row.ts';
import { loadBatch, setManifest, settleBatch } from '../../store/batches/batch-store.ts';
import { MANIFEST_EXTENSIONS, manifestBeginning, manifestCsv, manifestJson } from './manifest.ts';
import { endedItems } from '../model/batch-counts.ts';
import { missesComposite } from '../../model/job-row.ts';
import { countsOf, viewBatch, viewItems } from '../batch-view.ts';

/** Dependencies of the output of batches. */
export type OutputDeps = ViewDeps &
  Pick<EngineDeps, 'clock' | 'random'> & {
    /** Name of this machine. Folders of batches that another machine took are not here. */
    readonly host: string;
  };

/** Items of one query. */
const CHUNK = 20;
/** Numbered manifest names that are tried before one with the id of the batch. */
const MAX_MANIFESTS = 1000;

/** Writes the files of items that have ended since the last call; once all have, the manifest, and settles the batch. */
export async function writePendingOutput(batch: BatchRow, deps: OutputDeps): Promise<void> {
  if (batch.folder !== null && batch.host !== deps.host) return;
  await saveFiles(batch, deps);
  const counts = await countsOf(batch.id, deps.db);
  const written = counts.waiting + counts.running + endedItems(counts);
  if (endedItems(counts) < Math.max(written, batch.desiredState === 'cancelled' ? 0 : batch.items)) return;
  await writeManifest(batch, deps);
  await deps.db.transaction((tx) => settleBatch(tx, batch.id));
}

/** `writePendingOutput` that also rewrites deleted files, and in any case the manifest. */
export async function writeOutput(batch: BatchRow, deps: OutputDeps): Promise<void> {
  await forgetDeleted(batch, deps);
  await saveFiles(batch, deps);
  if (batch.settledAt === null) await writePendingOutput(batch, deps);
  const settled = await loadBatch(deps.db, batch.id);
  if (settled !== undefined) await writeManifest(settled, deps);
}

/**
 * Refuses to pay for items whose files could not be written on this machine.
 * @throws Problem as `requireWritable`
 */
export async function requireBatchFolder(
  { folder, host }: Pick<BatchRow, 'folder' | 'host'>,
  deps: Pick<OutputDeps, 'host' | 'random'>,
): Promise<void> {
  if (folder === null || host !== deps.host) return;
  const { requireWritable } = await import('../../../images/files/writable-place.ts');
  await requireWritable(folder, undefined, deps.random);
}

/** Writes pictures under predictable names, then records them. An existing file of equal content counts as written. */
async function saveFiles({ id, folder, host }: BatchRow, deps: OutputDeps): Promise<void> {
  if (folder === null || host !== deps.host) return;
  for (;;) {
    const chunk = await itemsWithJobs(deps.db, id, { states: ['succeeded'], unwritten: true, limit: CHUNK });
    if (chunk.length === 0) return;
    const recorded = await recordedFiles(deps.db, id);
    const taken = new Set(recorded.flatMap(({ files }) => Object.values(files)));
    for (const entry of chunk) await record(entry, await saveItem(entry, folder, taken, deps), deps);
  }
}

/**
 * Records the files of an item. Not while its job misses another composite than before: then they are written anew.
 */
async function record({ item, job }: ItemWithJob, files: Readonly<Record<string, string>>, deps: OutputDeps) {
  const { db, jobStore } = deps;
  await db.transaction(async (tx) => {
    const current = await jobStore.load(job.id, tx);
    if (current !== undefined && missesComposite(current) !== missesComposite(job)) return;
    await recordFiles(tx, item, files);
  });
}

/** Forgets records of files that were deleted, so that `saveFiles` writes them anew. */
async function forgetDeleted({ id, folder, host }: BatchRow, deps: OutputDeps): Promise<void> {
  if (folder === null || host !== deps.host) return;
  for (const { item, files } of await recordedFiles(deps.db, id)) {
    const isDeleted = await Promise.all(Object.values(files).map(isFree));
    if (isDeleted.includes(true)) await forgetFiles(deps.db, id, item);
  }
}

async function saveItem({ item, job }: ItemWithJob, folder: string, taken: Set<string>, deps: OutputDeps) {
  const { planOrOriginal } = await import('./plan-item-file.ts');
  const { inRecordedFolder } = await import('../../../images/files/output-folder.ts');
  const { placePicture } = await import('../../saving/place-picture.ts');
  const { images, random } = deps;
  const files: Record<string, string> = {};
  await inRecordedFolder(folder, async (target) => {
    for (const image of await images.ofJob(job.id)) {
      const planned = { picture: image, ...planOrOriginal(image, item.name) };
      const placing = { images, random, isTaken: (other: string) => taken.has(other) };
      const placed = await placePicture(target, planned, placing).catch(unlessDeleted);
      if (placed === undefined) continue;
      taken.add(placed.path);
      files[image.id] = placed.path;
    }
  });
  return files;
}

/** Nothing in place of the file of a picture that was deleted, so that the other pictures are still written. */
function unlessDeleted(error: unknown): undefined {
  if (!(error instanceof Problem) || error.family !== 'image') throw error;
}

/** Writes the manifest in both formats. It replaces an earlier manifest of this batch, but no other file. */
async function writeManifest(batch: BatchRow, deps: OutputDeps): Promise<void> {
  const { folder, host } = batch;
  if (folder === null || host !== deps.host) return;
  const { inRecordedFolder } = await import('../../../images/files/output-folder.ts');
  const { replaceFile } = await import('../../../images/files/atomic-write.ts');
  const { sweepPartials } = await import('../../../images/files/partial-files.ts');
  await inRecordedFolder(folder, async (target) => {
    const recorded = batch.manifest;
    const isUsable = recorded !== null && (await isFreeOrOwn(recorded, batch.id, target));
    const manifest = isUsable ? recorded : await chooseName(batch.id, target);
    const named = { ...batch, manifest };
    await setManifest(deps.db, batch.id, manifest);
    const view = await viewBatch(named, deps);
    const items = await viewItems(deps.db, deps.images, batch);
    const nameOf = (path: string) => relative(target.path, path).split(sep).join('/');
    const texts = [manifestCsv(items, nameOf), manifestJson(view, items, nameOf)];
    // JSON first: it names the batch, by which a later run knows both as its own.
    for (const index of [1, 0]) {
      await replaceFile(target, manifest + MANIFEST_EXTENSIONS[index], texts[index] ?? '', deps.random);
    }
    await sweepPartials(target, deps.clock);
  });
}

/** `manifest`, or `manifest-2` and so on where another file, such as the manifest of another batch, has that name. */
async function chooseName(batch: string, folder: HeldFolder): Promise<string> {
  for (let number = 1; number <= MAX_MANIFESTS; number++) {
    const name = number === 1 ? 'manifest' : `manifest-${number}`;
    if (await isFreeOrOwn(name, batch, folder)) return name;
  }
  return `manifest-${batch}`;
}

/**
 * Whether the files of a manifest's name are free, or those of this batch, which its JSON names at its beginning: a crash
 * may have prevented the record of a manifest, and a record may name a file of another program.
 */
async function isFreeOrOwn(name: string, batch: string, folder: HeldFolder): Promise<boolean> {
  const [csv, json] = MANIFEST_EXTENSIONS.map((extension) => folder.at(name + extension));
  if (!(await isFree(json))) return isManifestOf(batch, json ?? '');
  return isFree(csv);
}

async function isManifestOf(batch: string, path: string): Promise<boolean> {
  const { withPlainFile } = await import('../../../images/files/plain-file.ts');
  const beginning = Buffer.from(manifestBeginning(batch));
  try {
    const read = await withPlainFile(path, (file) => file.read(Buffer.alloc(beginning.length), 0, beginning.length, 0));
    return read?.buffer.equals(beginning) ?? false;
  } catch {
    return false;
  }
}

/** Whether nothing has this name, not even a link that leads nowhere. */
async function isFree(path = ''): Promise<boolean> {
  return lstat(path).then(
    () => false,
    () => true,
  );
}
