import type { Queryable, SqlRow, Transaction } from '../../store/database.ts';
import { placeholders } from '../../store/placeholders.ts';
import { isContentNeeded, isNeeded } from './references.ts';

/** A number of images and their bytes; images of one content count once. */
export interface Use {
  readonly pictures: number;
  readonly bytes: number;
}

/** The last image of a round in the order of age; the next round begins after it. */
export type Cursor = readonly [createdAt: number, id: string];
export const FIRST: Cursor = [-1, ''];

interface Rule {
  /** Images made at this moment (epoch milliseconds) or later stay. */
  readonly before: number;
  /**
   * Bytes to free; undefined where age alone decides, record by record. To free bytes, all records of a content have to
   * go together, so a content is as old as its youngest record, and stays where anything needs it.
   */
  readonly excess: number | undefined;
  readonly after: Cursor;
}

const ROUND = 200;
const CONTENT_MAY_GO = `NOT EXISTS (SELECT 1 FROM images y WHERE y.sha256 = p.sha256
    AND ((y.created_at, y.id) > (p.created_at, p.id) OR ${isNeeded('y')}))
  AND NOT ${isContentNeeded('p')}`;

/** Finds a round of records to delete, oldest first. `next` is undefined after the last round. */
export async function pickOldest(tx: Transaction, { before, excess, after }: Rule) {
  const rows = await tx.all(
    `SELECT id, sha256, bytes, created_at FROM images p WHERE created_at < ? AND (created_at, id) > (?, ?)
     AND ${excess === undefined ? `NOT ${isNeeded('p')}` : CONTENT_MAY_GO} ORDER BY created_at, id LIMIT ${ROUND}`,
    [before, ...after, ...(excess === undefined ? [] : [tx.now])],
  );
  const last = rows.at(-1);
  let next: Cursor | undefined = last && [Number(last['created_at']), String(last['id'])];
  if (excess === undefined) return { doomed: rows, bytes: 0, next };
  const contents: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (bytes >= excess) break;
    contents.push(String(row['sha256']));
    bytes += Number(row['bytes']);
  }
  if (bytes >= excess) next = undefined;
  const doomed: readonly SqlRow[] =
    contents.length === 0
      ? []
      : await tx.all(`SELECT id, sha256 FROM images WHERE sha256 IN ${placeholders(contents)}`, contents);
  return { doomed, bytes, next };
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
