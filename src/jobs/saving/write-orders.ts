import type { ImageLibrary, ImageRecord } from '../../images/types.ts';
import { Problem, toProblemRecord } from '../../shared/errors.ts';
import type { Random } from '../../shared/random.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Database } from '../../store/database.ts';
import { isDone, isSameOrder, type SaveOrder, type WrittenFile } from '../model/saves/save-order.ts';
import type { JobStore } from '../store/job-store.ts';
import type { LeaseHolder } from '../store/lease.ts';
import { setOrders } from '../store/saves/save-orders.ts';

/** Dependencies of `writeOrders`. */
export interface SavingDeps {
  readonly db: Database;
  readonly images: ImageLibrary;
  readonly jobStore: Pick<JobStore, 'load'>;
  readonly random: Random;
  /** Name of this machine: folders of other machines are not here. */
  readonly host: string;
  /** This process. */
  readonly owner: LeaseHolder;
  readonly clock: Pick<Clock, 'now'>;
}

/** Milliseconds after which another process may write the files of a job anew; sooner where the first process has died. */
const CLAIM_MS = 60_000;

/**
 * Writes the files of a job that are due on this machine and that no other process is writing. A crash between a file and
 * its record leaves the file, which the next run recognises by its content. A file that cannot be written is told by the
 * order; the job stays as it is.
 */
export async function writeOrders(id: string, deps: SavingDeps): Promise<void> {
  for (const order of await claim(id, deps)) {
    const outcome = await written(id, order, deps);
    // An order that was renewed meanwhile, since the pictures are others now, stays due.
    await change(id, deps, (each) =>
      isSameOrder(each, order) && each.claimedUntil === order.claimedUntil && each.claimedBy === order.claimedBy
        ? { ...each, ...outcome, claimedUntil: undefined, claimedBy: undefined }
        : each,
    );
  }
}

/** Whether an order waits for this machine. */
export function isDueHere(order: SaveOrder, host: string): boolean {
  return order.host === host && !isDone(order);
}

async function claim(id: string, { db, jobStore, host, owner }: SavingDeps): Promise<readonly SaveOrder[]> {
  return db.transaction(async (tx) => {
    const job = await jobStore.load(id, tx);
    if (job?.state !== 'succeeded') return [];
    const { saves = [] } = job;
    const isFree = ({ claimedUntil = 0, claimedBy }: SaveOrder) =>
      claimedUntil <= tx.now || (claimedBy !== undefined && owner.isDead(claimedBy));
    const due = saves.filter((order) => isDueHere(order, host) && isFree(order));
    if (due.length === 0) return [];
    const claimed = (order: SaveOrder) => ({ ...order, claimedUntil: tx.now + CLAIM_MS, claimedBy: owner.id });
    await setOrders(
      tx,
      id,
      saves.map((order) => (due.includes(order) ? claimed(order) : order)),
    );
    return due.map(claimed);
  });
}

async function change(
  id: string,
  { db, jobStore }: SavingDeps,
  replace: (order: SaveOrder) => SaveOrder,
): Promise<void> {
  await db.transaction(async (tx) => {
    const { saves = [] } = (await jobStore.load(id, tx)) ?? {};
    if (saves.length > 0) await setOrders(tx, id, saves.map(replace));
  });
}

async function written(id: string, order: SaveOrder, deps: SavingDeps): Promise<Pick<SaveOrder, 'files' | 'problem'>> {
  const files: WrittenFile[] = [];
  try {
    const pictures = await deps.images.ofJob(id);
    if (pictures.length === 0) throw deleted();
    await writeFiles(pictures, order, deps, files);
    return { files };
  } catch (error) {
    const { code, message, next } = toProblemRecord(error);
    return { files, problem: { code, message, next } };
  }
}

async function writeFiles(
  pictures: readonly ImageRecord[],
  order: SaveOrder,
  { images, random, clock }: SavingDeps,
  files: WrittenFile[],
): Promise<void> {
  const { planFile } = await import('../../images/conversion/save-copy.ts');
  const { inSubfolder } = await import('../../images/files/output-folder.ts');
  const { sweepPartials } = await import('../../images/files/partial-files.ts');
  const { placePicture } = await import('./place-picture.ts');
  const { placeOf, USUAL_FOLDER } = await import('../../images/files/save-place.ts');
  const place = placeOf(order.name, undefined);
  const planned = pictures.map((picture) => ({ picture, ...planFile(picture, order, place.template) }));
  await inSubfolder(order.root, place.folder ?? USUAL_FOLDER, async (target) => {
    for (const each of planned) {
      const isTaken = (path: string) => files.some((other) => other.path === path);
      const { path, facts } = await placePicture(target, each, { images, random, isTaken });
      files.push({ image: each.picture.id, path, ...facts, changes: facts.changes && [...facts.changes] });
    }
    await sweepPartials(target, clock);
  });
}

function deleted(): Problem {
  return new Problem('unknown_image', 'Its pictures were deleted before they could be saved.', {
    next: 'Make them anew.',
  });
}
