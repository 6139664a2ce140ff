import { readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ImageRecord } from '../../../images/types.ts';
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
import { MANIFEST_ENDINGS, manifestCsv, manifestFiles, manifestJson } from './manifest.ts';
import { endedItems } from '../model/batch-counts.ts';
import { countsOf, viewBatch, viewItems } from '../batch-view.ts';

/** What delivery works with. */
export type OutputDeps = ViewDeps &
  Pick<EngineDeps, 'clock' | 'random'> & {
    /** This machine: only here do the folders of its batches lie. */
    readonly host: string;
  };

/** Items whose pictures are read at a time. */
const CHUNK = 20;
const MOST_MANIFESTS = 1000;

/** Writes what has ended since the last time; once all has ended, also the manifest, and settles the batch. */
export async function writePendingOutput(batch: BatchRow, deps: OutputDeps): Promise<void> {
  if (batch.folder !== null && batch.host !== deps.host) return;
  await saveFiles(batch, deps);
  const counts = await countsOf(batch.id, deps.db);
  const written = counts.waiting + counts.running + endedItems(counts);
  if (endedItems(counts) < Math.max(written, batch.desiredState === 'cancelled' ? 0 : batch.items)) return;
  await writeManifest(batch, deps);
  await deps.db.transaction((tx) => settleBatch(tx, batch.id));
}

/** Like `deliverNew`, and writes files again that were removed since, and in any case the manifest. */
export async function writeOutput(batch: BatchRow, deps: OutputDeps): Promise<void> {
  await forgetRemoved(batch, deps);
  await saveFiles(batch, deps);
  if (batch.settledAt === null) await writePendingOutput(batch, deps);
  const settled = await loadBatch(deps.db, batch.id);
  if (settled !== undefined) await writeManifest(settled, deps);
}

/** Pictures under predictable names. A file is recorded once it is there; one that is there already is recognised. */
async function saveFiles({ id, folder, host }: BatchRow, deps: OutputDeps): Promise<void> {
  if (folder === null || host !== deps.host) return;
  for (;;) {
    const chunk = await itemsWithJobs(deps.db, id, { states: ['succeeded'], unwritten: true, limit: CHUNK });
    if (chunk.length === 0) return;
    const written = await recordedFiles(deps.db, id);
    const taken = new Set(written.flatMap(({ files }) => Object.values(files)));
    for (const entry of chunk) {
      const files = await saveItem(entry, folder, taken, deps);
      await recordFiles(deps.db, entry.item, files);
    }
  }
}

/** Files that are not there any more are written again, under the same names. */
async function forgetRemoved({ id, folder, host }: BatchRow, deps: OutputDeps): Promise<void> {
  if (folder === null || host !== deps.host) return;
  for (const { item, files } of await recordedFiles(deps.db, id)) {
    const isRemoved = await Promise.all(Object.values(files).map(isFree));
    if (isRemoved.includes(true)) await forgetFiles(deps.db, id, item);
  }
}

async function saveItem({ item, job }: ItemWithJob, folder: string, taken: Set<string>, deps: OutputDeps) {
  const { fileNameFor } = await import('../../../images/files/name-template.ts');
  const { openSubfolder } = await import('../../../images/files/output-folder.ts');
  const { placeFile } = await import('../../../images/files/atomic-write.ts');
  const { images, random } = deps;
  const target = await openSubfolder(folder, undefined);
  const files: Record<string, string> = {};
  for (const image of await images.ofJob(job.id)) {
    const name = fileNameFor(image, item.name);
    const bytes = await readable(image, deps);
    if (bytes === undefined) continue;
    const path = await placeFile(target, name, bytes, { random, isTaken: (other) => taken.has(other) });
    taken.add(path);
    files[image.id] = path;
  }
  return files;
}

/** A picture that somebody has deleted since is not written, and does not keep the others from it. */
async function readable(image: ImageRecord, { images }: OutputDeps): Promise<Uint8Array | undefined> {
  return images.read(image).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('image_')) return undefined;
    throw error;
  });
}

/** Both forms of the manifest; an earlier one of the same batch is replaced, a stranger's never. */
async function writeManifest(batch: BatchRow, deps: OutputDeps): Promise<void> {
  const { folder, host } = batch;
  if (folder === null || host !== deps.host) return;
  const { openSubfolder } = await import('../../../images/files/output-folder.ts');
  const { replaceFile, sweepPartials } = await import('../../../images/files/atomic-write.ts');
  const real = await openSubfolder(folder, undefined);
  const manifest = batch.manifest ?? (await chooseName(batch.id, real));
  const placed = { ...batch, manifest };
  await setManifest(deps.db, batch.id, manifest);
  const view = await viewBatch(placed, deps);
  const items = await viewItems(deps.db, deps.images, batch.id);
  const nameOf = (path: string) => relative(real, path).split(sep).join('/');
  const texts = [manifestCsv(items, nameOf), manifestJson(view, items, nameOf)];
  for (const [index, path] of manifestFiles({ folder: real, manifest }).entries()) {
    await replaceFile(path, real, texts[index] ?? '', deps.random);
  }
  await sweepPartials(real, deps.clock);
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
