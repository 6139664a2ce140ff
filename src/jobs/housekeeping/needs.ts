import type { StoredPicture } from '../../images/shrink.ts';
import type { Queryable } from '../../store/database.ts';
import { UPLOAD_HOLDS_MS } from '../uploads.ts';

/**
 * Which of these contents a job or an upload still needs: pictures of jobs that are unfinished, or could be sent again,
 * and copies whose upload id is still used.
 */
export async function contentsInUse(
  contents: readonly string[],
  from: Queryable,
  now: number,
): Promise<ReadonlySet<string>> {
  const rows = await from.all(`SELECT DISTINCT pictures FROM jobs WHERE pictures <> '[]' AND state <> 'succeeded'`);
  const used = named(rows, 'pictures', /[0-9a-f]{64}/g);
  const uploads = await from.all(
    `SELECT DISTINCT sha256 FROM uploads WHERE uploaded_at > ? AND sha256 IN (${marksFor(contents)})`,
    [now - UPLOAD_HOLDS_MS, ...contents],
  );
  for (const row of uploads) used.add(String(row['sha256']));
  return new Set(contents.filter((content) => used.has(content)));
}

/** Which of these pictures an unfinished job made or was given, or an item of a batch that is not settled made. */
export async function picturesHeld(pictures: readonly StoredPicture[], from: Queryable): Promise<ReadonlySet<string>> {
  if (pictures.length === 0) return new Set();
  const makers = [...new Set(pictures.flatMap(({ job }) => (job === undefined ? [] : [job])))];
  const rows = await from.all(
    `SELECT id FROM jobs WHERE id IN (${marksFor(makers)}) AND (finished_at IS NULL OR EXISTS
       (SELECT 1 FROM batch_items JOIN batches ON batches.id = batch_items.batch
        WHERE batch_items.job = jobs.id AND batches.settled_at IS NULL))`,
    makers,
  );
  const busy = new Set(rows.map((row) => String(row['id'])));
  const given = named(await from.all('SELECT facts FROM jobs WHERE finished_at IS NULL'), 'facts', /img_\w+/g);
  const stay = pictures.filter(({ id, job }) => given.has(id) || (job !== undefined && busy.has(job)));
  return new Set(stay.map(({ id }) => id));
}

/** Everything of this form in a column of JSON text. */
function named(rows: readonly Record<string, unknown>[], column: string, form: RegExp): Set<string> {
  return new Set(rows.flatMap((row) => String(row[column]).match(form) ?? []));
}

/** An empty list is no SQL. */
function marksFor(values: readonly unknown[]): string {
  return values.length === 0 ? 'NULL' : values.map(() => '?').join(', ');
}
