import type { Queryable, SqlRow } from '../../../store/database.ts';

/**
 * What keeps images and their files: `contents` (SHA-256) of pictures of jobs that are unfinished or could be sent again,
 * and of upload ids made after `uploadedAfter` (epoch ms); `images` that unfinished jobs were given; `jobs` that are
 * unfinished, or items of batches that are not settled.
 */
export async function contentReferences(from: Queryable, uploadedAfter: number) {
  const sent = await from.all(`SELECT DISTINCT pictures FROM jobs WHERE pictures <> '[]' AND state <> 'succeeded'`);
  const uploads = await from.all('SELECT DISTINCT sha256 FROM uploads WHERE uploaded_at > ?', [uploadedAfter]);
  const given = await from.all(`SELECT facts FROM jobs WHERE finished_at IS NULL AND facts LIKE '%img!_%' ESCAPE '!'`);
  // Two statements: for a UNION SQLite would read the ids of all jobs in their order.
  const unfinished = await from.all('SELECT id FROM jobs WHERE finished_at IS NULL');
  const items = await from.all(
    `SELECT batch_items.job AS id FROM batch_items JOIN batches ON batches.id = batch_items.batch
     WHERE batches.settled_at IS NULL AND batch_items.job IS NOT NULL`,
  );
  return {
    contents: new Set([...named(sent, 'pictures', /[0-9a-f]{64}/g), ...named(uploads, 'sha256', /.+/g)]),
    images: new Set(named(given, 'facts', /img_\w+/g)),
    jobs: new Set(named([...unfinished, ...items], 'id', /.+/g)),
  };
}

/** Everything of this form in a column. */
function named(rows: readonly SqlRow[], column: string, form: RegExp): readonly string[] {
  return rows.flatMap((row) => String(row[column]).match(form) ?? []);
}
