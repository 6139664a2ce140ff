import { paintedSides } from '../../images/composites/expand/plan-expand.ts';
import { paintedSizeOf, type ExactEdit } from '../../images/composites/exact-edit.ts';
import type { CompositeOrder } from '../../images/composites/composite.ts';
import { haveSameShape } from '../../images/composites/box.ts';
import { inTurn } from '../../images/decodable.ts';
import { inPixels } from '../../images/masks/mask.ts';
import { requireStill } from '../../images/still.ts';
import type { ImageLibrary, ImageRecord } from '../../images/types.ts';
import { freeBytes } from '../../images/worker/free-bytes.ts';
import { toProblemRecord } from '../../shared/errors.ts';
import { missesComposite, type JobRow } from '../model/job-row.ts';
import { writeFilesAnew } from '../store/saves/later-composites.ts';
import type { EngineDeps } from './engine-context.ts';

type Deps = Pick<EngineDeps, 'db' | 'images' | 'composites' | 'failpoint' | 'logger'>;

/**
 * Makes the composites of a job that are missing, one after the other, from what Adobe has painted so far
 * (docs/exact-edits.md#in-a-job). Making one again changes nothing.
 * @returns why one could not be made, in a sentence; undefined where none is missing any more
 * @throws the reason of the signal, and store problems
 */
export async function makeComposites(
  job: Pick<JobRow, 'id' | 'edit'>,
  deps: Deps,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { edit } = job;
  if (edit === undefined) return undefined;
  // A painted picture is one of the pictures of a job only while its composite is missing.
  const missing = (await deps.images.ofJob(job.id)).filter(({ kind }) => kind === 'painted');
  let failure: string | undefined;
  for (const painted of missing) {
    try {
      await makeComposite(edit, painted, deps, signal);
    } catch (error) {
      signal?.throwIfAborted();
      deps.logger.warn('composite_failed', { job: job.id, index: painted.index, error });
      failure ??= toProblemRecord(error).message;
    }
  }
  return failure;
}

/**
 * Makes what is missing of a job that has succeeded without all of its composites; files that hold what Adobe painted are
 * written anew once none is missing. @throws as `makeComposites`
 */
export async function finishEdit(
  job: JobRow,
  deps: Deps & Pick<EngineDeps, 'jobStore'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!missesComposite(job)) return;
  if ((await makeComposites(job, deps, signal)) !== undefined) return;
  await deps.db.transaction(async (tx) => {
    // Locks the row, so that no process records files of what Adobe painted in between.
    const current = await deps.jobStore.load(job.id, tx);
    if (current === undefined || !missesComposite(current)) return;
    await deps.jobStore.completeEdit(tx, current);
    await writeFilesAnew(tx, current);
  });
}

async function makeComposite(
  edit: ExactEdit,
  painted: ImageRecord,
  { db, images, composites, failpoint }: Deps,
  signal: AbortSignal | undefined,
): Promise<void> {
  // The worker's pixels are those of this process: no other large picture is decoded beside them.
  const pixels = edit.kind === 'expand' ? [edit.source, edit.plan.size] : edit.source;
  const composite = await inTurn(pixels, async () => composites.make(() => orderFor(edit, painted, images), signal));
  await failpoint('composite-made');
  const receiver = await images.receive();
  try {
    await receiver.write(composite.bytes);
    // The look at the pixels that follows reads them from the store.
    freeBytes(composite.bytes);
    const stored = await receiver.finish();
    await failpoint('composite-in-place');
    const { kept, transition, paintedAt, notes } = composite;
    const seam = haveSameShape(painted, paintedSizeOf(edit)) ? composite.seam : 'check';
    const otherwise = edit.kind === 'fill' && composite.seam === 'check' ? [edit.otherwise] : [];
    const sides = edit.kind === 'expand' ? paintedSides(edit.plan) : undefined;
    const facts = {
      ...painted.facts,
      painted: painted.id,
      composite: {
        kept,
        transition,
        seam,
        paintedAt,
        sides,
        notes: [...notes, ...otherwise, ...sizeNotes(edit, painted)],
      },
    };
    const { principal, account, conversation, job, index } = painted;
    const record = { ...stored, principal, account, conversation, kind: 'generated', job, index, facts } as const;
    await db.transaction((tx) => images.add(tx, record));
  } finally {
    await receiver.discard();
  }
  await failpoint('composite-recorded');
}

/** Read in its turn, so that composites which wait hold no bytes. */
async function orderFor(
  edit: ExactEdit,
  painted: ImageRecord,
  images: Pick<ImageLibrary, 'read'>,
): Promise<CompositeOrder> {
  const { source } = edit;
  const ingredients = {
    source: { bytes: await images.read(source), mimeType: source.mimeType },
    answer: await images.read(requireStill(painted)),
  };
  if (edit.kind === 'expand') return { ...ingredients, kind: 'expand', plan: edit.plan };
  return { ...ingredients, kind: 'fill', plan: edit.plan, mask: await images.read(edit.mask) };
}

function sizeNotes(edit: ExactEdit, painted: ImageRecord): readonly string[] {
  const asked = paintedSizeOf(edit);
  if (painted.width === asked.width && painted.height === asked.height) return [];
  const how = haveSameShape(painted, asked)
    ? 'scaled'
    : 'scaled, and its middle taken in that shape: look whether it meets the rest of the picture';
  return [`Adobe painted ${inPixels(painted)} in place of ${inPixels(asked)}; it was ${how}.`];
}
