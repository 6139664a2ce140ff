import { z } from 'zod';
import type { Queryable, SqlValue, Transaction } from '../../store/database.ts';
import { placeholders } from '../../store/placeholders.ts';
import { readRows } from '../../store/rows.ts';

/** What a row outside of the tables of images needs: a content (SHA-256), an image (`img_…`), or every image of a job. */
export interface ContentReference {
  readonly kind: 'content' | 'image' | 'images_of_job';
  readonly target: string;
}

/** Owners whose references are dropped: an SQL expression for one id or a subquery for several, with its parameters. */
export interface Owners {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/**
 * Keeps things from deletion, in the transaction that stores the row which needs them. Adding a reference again only
 * changes its end.
 * @param owner id of that row; `dropReferences` names it when the row ends
 * @param lapsesAt epoch milliseconds; without it the reference holds until it is dropped
 */
export async function addReferences(
  tx: Transaction,
  owner: string,
  references: readonly ContentReference[],
  lapsesAt?: number,
): Promise<void> {
  if (references.length === 0) return;
  const rows = new Map(
    references.map(({ kind, target }) => [`${kind} ${target}`, [kind, target, owner, lapsesAt ?? null]]),
  );
  await tx.run(
    `INSERT INTO content_references (kind, target, needed_by, lapses_at) VALUES ${[...rows].map(() => '(?, ?, ?, ?)').join(', ')}
     ON CONFLICT (kind, target, needed_by) DO UPDATE SET lapses_at = excluded.lapses_at`,
    [...rows.values()].flat(),
  );
}

/**
 * Adds references that a query names.
 * @param query gives target and owner; has a WHERE clause, without which SQLite reads ON CONFLICT as a join
 */
export async function addReferencesFrom(tx: Transaction, kind: ContentReference['kind'], query: Owners): Promise<void> {
  await tx.run(
    `INSERT INTO content_references (kind, target, needed_by) ${query.sql.replace('SELECT', `SELECT '${kind}',`)}
     ON CONFLICT (kind, target, needed_by) DO NOTHING`,
    query.params,
  );
}

/** Drops references of these kinds, all by default, in the transaction that ends the rows which needed them. */
export async function dropReferences(
  tx: Queryable,
  owners: Owners,
  kinds: readonly ContentReference['kind'][] = ['content', 'image', 'images_of_job'],
): Promise<void> {
  await tx.run(`DELETE FROM content_references WHERE needed_by IN (${owners.sql}) AND kind IN ${placeholders(kinds)}`, [
    ...owners.params,
    ...kinds,
  ]);
}

/** The owner of this id. */
export function oneOwner(id: string): Owners {
  return { sql: '?', params: [id] };
}

/** Forgets references that have lapsed at `now` (epoch milliseconds). */
export async function forgetLapsed(db: Queryable, now: number): Promise<void> {
  await db.run('DELETE FROM content_references WHERE lapses_at <= ?', [now]);
}

const Marked = z.object({ content: z.string(), needed_by: z.enum(['image', 'reference']) });

/**
 * The contents among `contents` that are needed at `now` (epoch milliseconds), and whether an image needs each or only
 * a reference: the mark of mark and sweep.
 */
export async function marked(
  from: Queryable,
  contents: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, 'image' | 'reference'>> {
  if (contents.length === 0) return new Map();
  const list = placeholders(contents);
  const rows = await readRows(
    from,
    Marked,
    `SELECT target AS content, 'reference' AS needed_by FROM content_references
       WHERE kind = 'content' AND target IN ${list} AND (lapses_at IS NULL OR lapses_at > ?)
     UNION SELECT sha256, 'image' FROM images WHERE sha256 IN ${list} ORDER BY needed_by DESC`,
    [...contents, now, ...contents],
  );
  return new Map(rows.map((row) => [row.content, row.needed_by]));
}

/** SQL condition: a reference needs the row of `images` that has this alias. */
export function isNeeded(image: string): string {
  return `EXISTS (SELECT 1 ${referencesTo(image)})`;
}

/** SQL value: the owner of a reference that needs the row of `images` that has this alias, or one of them; NULL for none. */
export function neededBy(image: string): string {
  return `(SELECT MAX(r.needed_by) ${referencesTo(image)})`;
}

function referencesTo(image: string): string {
  return `FROM content_references r WHERE (r.kind = 'image' AND r.target = ${image}.id)
    OR (r.kind = 'images_of_job' AND r.target = ${image}.job)`;
}

/** SQL condition: a reference needs the content of the row of `images` that has this alias. One parameter: now. */
export function isContentNeeded(image: string): string {
  return `EXISTS (SELECT 1 FROM content_references r WHERE r.kind = 'content' AND r.target = ${image}.sha256
    AND (r.lapses_at IS NULL OR r.lapses_at > ?))`;
}
