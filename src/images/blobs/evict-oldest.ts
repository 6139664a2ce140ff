import type { Queryable, SqlRow, Transaction } from '../../store/database.ts';
import type { References } from './unreferenced.ts';

/** A number of images and their bytes; images of one content count once. */
export interface Use {
  readonly pictures: number;
  readonly bytes: number;
}

/** The last image of a round in the order of age; the next round begins after it. */
export type Cursor = readonly [createdAt: number, id: string];

interface Rule {
  /** Images made at this moment (epoch milliseconds) or later stay. */
  readonly before: number;
  /**
   * Bytes to free; undefined where age alone decides, record by record. To free bytes, all records of a content have to
   * go together, so a content is as old as its youngest record; one that jobs or uploads reference stays.
   */
  readonly excess: number | undefined;
  readonly after: Cursor;
}

const ROUND = 200;
const YOUNGEST_OF_CONTENT = `AND NOT EXISTS
  (SELECT 1 FROM images y WHERE y.sha256 = p.sha256 AND (y.created_at, y.id) > (p.created_at, p.id))`;

/** Finds a round of records to delete, oldest first. `next` is undefined after the last round. */
export async function pickOldest(tx: Transaction, { before, excess, after }: Rule, references: References) {
  const rows = await tx.all(
    `SELECT id, job, sha256, bytes, created_at FROM images p
     WHERE created_at < ? AND (created_at, id) > (?, ?) ${excess === undefined ? '' : YOUNGEST_OF_CONTENT}
     ORDER BY created_at, id LIMIT ${ROUND}`,
    [before, ...after],
  );
  const isReferenced = ({ id, job, sha256 }: SqlRow) =>
    references.images.has(String(id)) ||
    references.jobs.has(String(job)) ||
    (excess !== undefined && references.contents.has(String(sha256)));
  const doomed: SqlRow[] = [];
  let use: Use = { pictures: 0, bytes: 0 };
  for (const row of rows) {
    if (excess !== undefined && use.bytes >= excess) return { doomed, use, next: undefined };
    const records =
      excess === undefined ? [row] : await tx.all('SELECT * FROM images WHERE sha256 = ?', [String(row['sha256'])]);
    if (records.some(isReferenced)) continue;
    doomed.push(...records);
    use = { pictures: use.pictures + 1, bytes: use.bytes + Number(row['bytes']) };
  }
  const last = rows.at(-1);
  const next: Cursor | undefined = last && [Number(last['created_at']), String(last['id'])];
  return { doomed, use, next };
}

/** Counts all images, or those made since a moment (epoch milliseconds). */
export async function usedBy(from: Queryable, since?: number): Promise<Use> {
  const row = await from.first(
    `SELECT COUNT(*) AS pictures, SUM(bytes) AS bytes FROM
       (SELECT DISTINCT sha256, bytes FROM images ${since === undefined ? '' : 'WHERE created_at >= ?'}) AS contents`,
    since === undefined ? [] : [since],
  );
  return { pictures: Number(row?.['pictures'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) };
}
