import type { Queryable } from '../../../store/database.ts';
import { readTexts } from '../../../store/rows.ts';

/**
 * References that keep images and blobs from garbage collection:
 *
 * - `contents` (SHA-256): pictures of jobs that have not succeeded and so may be sent again, and uploads made after
 *   `uploadedAfter` (epoch ms);
 * - `images`: handles in the facts of unfinished jobs;
 * - `jobs`: unfinished ones, and items of batches that are not settled.
 */
export async function contentReferences(from: Queryable, uploadedAfter: number) {
  const pictures = await readTexts(
    from,
    `SELECT DISTINCT pictures FROM jobs WHERE pictures <> '[]' AND state <> 'succeeded'`,
  );
  const uploads = await readTexts(from, 'SELECT DISTINCT sha256 FROM uploads WHERE uploaded_at > ?', [uploadedAfter]);
  const facts = await readTexts(
    from,
    `SELECT facts FROM jobs WHERE finished_at IS NULL AND facts LIKE '%img!_%' ESCAPE '!'`,
  );
  // Two statements: for a UNION SQLite would walk the ids of all jobs in their order.
  const unfinished = await readTexts(from, 'SELECT id FROM jobs WHERE finished_at IS NULL');
  const items = await readTexts(
    from,
    `SELECT batch_items.job AS id FROM batch_items JOIN batches ON batches.id = batch_items.batch
     WHERE batches.settled_at IS NULL AND batch_items.job IS NOT NULL`,
  );
  return {
    contents: new Set([...matchesIn(pictures, /[0-9a-f]{64}/g), ...uploads]),
    images: new Set(matchesIn(facts, /img_\w+/g)),
    jobs: new Set([...unfinished, ...items]),
  };
}

/** Every match of a pattern in texts that hold JSON. */
function matchesIn(texts: readonly string[], pattern: RegExp): readonly string[] {
  return texts.flatMap((text) => text.match(pattern) ?? []);
}
