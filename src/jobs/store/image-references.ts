import { addReferences, dropReferences, type ContentReference, type Owners } from '../../images/blobs/references.ts';
import { contentsOf } from '../../images/composites/exact-edit.ts';
import { parentsOf } from '../../images/library/parents.ts';
import type { Queryable, Transaction } from '../../store/database.ts';
import type { JobRow } from '../model/job-row.ts';
import type { JobState } from '../model/states.ts';

/** Kinds of references that end with a job that has failed. Its contents stay, since it may be sent again. */
const OF_UNFINISHED = ['image', 'images_of_job'] as const;
/**
 * Kinds of references that end with a job of which a composite is missing. The pictures that it is made from stay, since it
 * may be made again, until that has happened or what Adobe painted is deleted.
 */
const OF_OPEN_EDIT = ['images_of_job'] as const;

/** The reference to every image of a job. */
function imagesOfJob(job: string): ContentReference {
  return { kind: 'images_of_job', target: job };
}

/**
 * Keeps from deletion what a new job needs: the pictures that it uploads and is made from, and its own.
 * The pictures of a batch item are kept for the batch too, until that is settled.
 */
export async function holdImages(
  tx: Transaction,
  job: Pick<JobRow, 'id' | 'pictures' | 'edit' | 'facts' | 'batch'>,
): Promise<void> {
  await addReferences(tx, job.id, [
    imagesOfJob(job.id),
    ...[...job.pictures, ...(job.edit === undefined ? [] : contentsOf(job.edit))].map(
      ({ sha256 }) => ({ kind: 'content', target: sha256 }) as const,
    ),
    ...parentsOf(job).map((target) => ({ kind: 'image', target }) as const),
  ]);
  if (job.batch !== undefined) await addReferences(tx, job.batch, [imagesOfJob(job.id)]);
}

/** Keeps from deletion what a job has stored and has no picture of yet. */
export function holdContents(tx: Transaction, job: string, contents: readonly { sha256: string }[]): Promise<void> {
  return addReferences(
    tx,
    job,
    contents.map(({ sha256 }) => ({ kind: 'content', target: sha256 })),
  );
}

/**
 * Ends what `holdImages` began, for jobs that are ending in this state.
 * @param isWhole whether no composite of these jobs is missing
 */
export function releaseImages(tx: Queryable, jobs: Owners, state: JobState, isWhole = true): Promise<void> {
  if (state !== 'succeeded') return dropReferences(tx, jobs, OF_UNFINISHED);
  return dropReferences(tx, jobs, isWhole ? undefined : OF_OPEN_EDIT);
}
