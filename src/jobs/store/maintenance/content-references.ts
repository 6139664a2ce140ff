import type { Queryable, SqlRow } from '../../../store/database.ts';

/**
 * References that keep images and blobs from garbage collection:
 *
 * - `contents` (SHA-256): pictures of jobs that have not succeeded and so may be sent again, and uploads made after
 *   `uploadedAfter` (epoch ms);
 * - `images`: handles in the facts of unfinished jobs;
 * - `jobs`: unfinished ones, and items of batches that are not settled.
 */
export async function contentReferences(from: Queryable, uploadedAfter: number) {
  const pictures = await from.all(`SELECT DISTINCT pictures FROM jobs WHERE pictures <> '[]' AND state <> 'succeeded'`);
  const uploads = await from.all('SELECT DISTINCT sha256 FROM uploads WHERE uploaded_at > ?', [uploadedAfter]);
  const facts = await from.all(`SELECT facts FROM jobs WHERE finished_at IS NULL AND facts LIKE '%img!_%' ESCAPE '!'`);
  // Two statements: for a UNION SQLite would walk the ids of all jobs in their order.
  const unfinished = await from.all('SELECT id FROM jobs WHERE finished_at IS NULL');
  const items = await from.all(
    `SELECT batch_items.job AS id FROM batch_items JOIN batches ON batches.id = batch_items.batch
     WHERE batches.settled_at IS NULL AND batch_items.job IS NOT NULL`,
  );
  return {
    contents: new Set([...matchesIn(pictures, 'pictures', /[0-9a-f]{64}/g), ...matchesIn(uploads, 'sha256', /.+/g)]),
    images: new Set(matchesIn(facts, 'facts', /img_\w+/g)),
    jobs: new Set(matchesIn([...unfinished, ...items], 'id', /.+/g)),
  };
}

/** Every match of a pattern in a column, which may hold JSON. */
function matchesIn(rows: readonly SqlRow[], column: string, pattern: RegExp): readonly string[] {
  return rows.flatMap((row) => String(row[column]).match(pattern) ?? []);
}
