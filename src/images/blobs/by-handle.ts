import { z } from 'zod';
import type { Transaction } from '../../store/database.ts';
import { placeholders } from '../../store/placeholders.ts';
import { readRows } from '../../store/rows.ts';
import { Doomed } from './oldest.ts';
import { isNeeded } from './references.ts';

const Named = Doomed.extend({ needed: z.number() });
/** Handles of one query. */
const BATCH = 200;

/** The images of these handles that exist, and whether anything needs them. */
export async function namedRows(tx: Transaction, ids: readonly string[]) {
  const rows: z.infer<typeof Named>[] = [];
  for (let start = 0; start < ids.length; start += BATCH) {
    const some = ids.slice(start, start + BATCH);
    const sql = `SELECT id, sha256, CASE WHEN ${isNeeded('p')} THEN 1 ELSE 0 END AS needed FROM images p
      WHERE id IN ${placeholders(some)}`;
    rows.push(...(await readRows(tx, Named, sql, some)));
  }
  return rows;
}

/** Some images of a principal that nothing needs. */
export function freeRowsOf(tx: Transaction, principal: string): Promise<readonly Doomed[]> {
  const sql = `SELECT id, sha256 FROM images p WHERE principal = ? AND NOT ${isNeeded('p')} ORDER BY id LIMIT ${BATCH}`;
  return readRows(tx, Doomed, sql, [principal]);
}
