import type { Queryable, SqlRow, Transaction } from '../../store/database.ts';
import type { References } from './unreferenced.ts';

/** Images, each content once, and what they take. */
export interface Use {
  readonly pictures: number;
  readonly bytes: number;
}

/** Where a round begins in the order of age: after this `created_at` and `id`. */
export type Cursor = readonly [createdAt: number, id: string];

interface Rule {
  /** Images made at this moment (epoch ms) or later stay. */
  readonly before: number;
  /**
   * Bytes to free. A content then counts as old as its youngest record and goes with all of them, as the older ones alone
   * would free nothing; one that is still used at Adobe stays. Undefined for age alone: each record by itself.
   */
  readonly excess: number | undefined;
  readonly after: Cursor;
}

const ROUND = 200;
const YOUNGEST_OF_CONTENT = `AND NOT EXISTS
  (SELECT 1 FROM images y WHERE y.sha256 = p.sha256 AND (y.created_at, y.id) > (p.created_at, p.id))`;

/** Finds a round of records that go, oldest first. `next` is undefined where none is left, or enough was found. */
export async function pickOldest(tx: Transaction, { before, excess, after }: Rule, held: References) {
  const rows = await tx.all(
    `SELECT id, job, sha256, bytes, created_at FROM images p
     WHERE created_at < ? AND (created_at, id) > (?, ?) ${excess === undefined ? '' : YOUNGEST_OF_CONTENT}
     ORDER BY created_at, id LIMIT ${ROUND}`,
    [before, ...after],
  );
  const isHeld = ({ id, job, sha256 }: SqlRow) =>
    held.images.has(String(id)) ||
    held.jobs.has(String(job)) ||
    (excess !== undefined && held.contents.has(String(sha256)));
  const doomed: SqlRow[] = [];
  let use: Use = { pictures: 0, bytes: 0 };
  for (const row of rows) {
    if (excess !== undefined && use.bytes >= excess) return { doomed, use, next: undefined };
    const records =
      excess === undefined ? [row] : await tx.all('SELECT * FROM images WHERE sha256 = ?', [String(row['sha256'])]);
    if (records.some(isHeld)) continue;
    doomed.push(...records);
    use = { pictures: use.pictures + 1, bytes: use.bytes + Number(row['bytes']) };
  }
  const last = rows.at(-1);
  const next: Cursor | undefined = last && [Number(last['created_at']), String(last['id'])];
  return { doomed, use, next };
}

/** What all images take, or those from a moment (epoch ms) on. */
export async function usedBy(from: Queryable, since?: number): Promise<Use> {
  const row = await from.first(
    `SELECT COUNT(*) AS pictures, SUM(bytes) AS bytes FROM
       (SELECT DISTINCT sha256, bytes FROM images ${since === undefined ? '' : 'WHERE created_at >= ?'}) AS contents`,
    since === undefined ? [] : [since],
  );
  return { pictures: Number(row?.['pictures'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) };
}
