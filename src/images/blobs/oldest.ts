import { z } from 'zod';
import type { Queryable, Transaction } from '../../store/database.ts';
import { placeholders } from '../../store/placeholders.ts';
import { nullable, readRow, readRows, time } from '../../store/rows.ts';
import { DRAFT } from '../types.ts';
import { isContentNeeded, isNeeded } from './references.ts';

/** A number of images and their bytes; images of one content count once. */
export interface Use {
  readonly pictures: number;
  readonly bytes: number;
}

/** The last image of a round in the order of age; the next round begins after it. */
export type Cursor = readonly [createdAt: number, id: string];
export const FIRST: Cursor = [-1, ''];

/** What is needed of a record that is to be deleted. */
export const Doomed = z.object({ id: z.string(), sha256: z.string() });
export type Doomed = z.infer<typeof Doomed>;
const Candidate = Doomed.extend({ bytes: z.number(), created_at: time });
const Sums = z.object({ pictures: z.number(), bytes: nullable(z.number()) });

interface Rule {
  /** Images made at this moment (epoch milliseconds) or later stay. */
  readonly before: number;
  /**
   * Bytes to free; undefined where age alone decides, record by record. To free bytes, all records of a content have to
   * go together, so a content is as old as its youngest record, and stays where anything needs it.
   */
  readonly excess: number | undefined;
  readonly onlyDrafts: boolean;
  readonly after: Cursor;
}

const UNUSED_DRAFT = `p.tool = '${DRAFT}' AND NOT EXISTS (SELECT 1 FROM image_sources s WHERE s.source = p.id)`;
const ROUND = 200;
const CONTENT_MAY_GO = `NOT EXISTS (SELECT 1 FROM images y WHERE y.sha256 = p.sha256
    AND ((y.created_at, y.id) > (p.created_at, p.id) OR ${isNeeded('y')}))
  AND NOT ${isContentNeeded('p')}`;

/** Finds a round of records to delete, oldest first. `next` is undefined after the last round. */
export async function pickOldest(tx: Transaction, { before, excess, onlyDrafts, after }: Rule) {
  const rows = await readRows(
    tx,
    Candidate,
    `SELECT id, sha256, bytes, created_at FROM images p WHERE created_at < ? AND (created_at, id) > (?, ?)
     AND ${excess === undefined ? `NOT ${isNeeded('p')}` : CONTENT_MAY_GO} ${onlyDrafts ? `AND ${UNUSED_DRAFT}` : ''} ORDER BY created_at, id LIMIT ${ROUND}`,
    [before, ...after, ...(excess === undefined ? [] : [tx.now])],
  );
  const last = rows.at(-1);
  let next: Cursor | undefined = last && [last.created_at, last.id];
  if (excess === undefined) return { doomed: rows, bytes: 0, next };
  const contents: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (bytes >= excess) break;
    contents.push(row.sha256);
    bytes += row.bytes;
  }
  if (bytes >= excess) next = undefined;
  const sql = `SELECT id, sha256 FROM images WHERE sha256 IN ${placeholders(contents)}`;
  const doomed = contents.length === 0 ? [] : await readRows(tx, Doomed, sql, contents);
  return { doomed, bytes, next };
}

/** What Adobe painted for composites that are deleted: without them it would be shown in their place. */
export async function paintedFor(from: Queryable, composites: readonly Doomed[]): Promise<readonly Doomed[]> {
  if (composites.length === 0) return [];
  return readRows(
    from,
    Doomed,
    `SELECT p.id AS id, p.sha256 AS sha256 FROM images p JOIN images made ON made.job = p.job AND made.place = p.place
     WHERE p.kind = 'painted' AND made.kind = 'generated' AND made.id IN ${placeholders(composites)}`,
    composites.map(({ id }) => id),
  );
}

/** Counts all images, or those made since a moment (epoch milliseconds). */
export async function usedBy(from: Queryable, since?: number): Promise<Use> {
  const { pictures = 0, bytes = 0 } =
    (await readRow(
      from,
      Sums,
      `SELECT COUNT(*) AS pictures, SUM(bytes) AS bytes FROM
         (SELECT DISTINCT sha256, bytes FROM images ${since === undefined ? '' : 'WHERE created_at >= ?'}) AS contents`,
      since === undefined ? [] : [since],
    )) ?? {};
  return { pictures, bytes };
}
