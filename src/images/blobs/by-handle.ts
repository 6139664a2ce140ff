import { z } from 'zod';
import { groupsOf } from '../../shared/groups.ts';
import type { Transaction } from '../../store/database.ts';
import { placeholders, VALUES_AT_ONCE } from '../../store/placeholders.ts';
import { nullable, readRows } from '../../store/rows.ts';
import { DRAFT } from '../types.ts';
import { Doomed } from './oldest.ts';
import { isNeeded, neededBy } from './references.ts';

const Named = Doomed.extend({ needed_by: nullable(z.string()) });
const MaskUse = z.object({ mask: z.string(), used_for: z.string() });
const Derived = z.object({ id: z.string(), kind: z.string() });

/** The images of these handles that exist, and the unfinished job, batch or edit that needs each, or one of several. */
export async function namedRows(tx: Transaction, ids: readonly string[]) {
  const rows: z.infer<typeof Named>[] = [];
  for (const some of groupsOf(ids, VALUES_AT_ONCE)) {
    const sql = `SELECT id, sha256, ${neededBy('p')} AS needed_by FROM images p WHERE id IN ${placeholders(some)}`;
    rows.push(...(await readRows(tx, Named, sql, some)));
  }
  return rows;
}

/** Images that were made from or with one of these, and are none of them: each once, without drafts and what is behind composites. */
export async function madeFromThese(tx: Transaction, ids: readonly string[]) {
  const these = new Set(ids);
  const found = new Map<string, z.infer<typeof Derived>>();
  for (const some of groupsOf(ids, VALUES_AT_ONCE)) {
    const sql = `SELECT DISTINCT made.id AS id, made.kind AS kind FROM image_sources s JOIN images made ON made.id = s.image
      WHERE s.source IN ${placeholders(some)} AND made.kind <> 'painted' AND (made.tool IS NULL OR made.tool <> '${DRAFT}')`;
    for (const row of await readRows(tx, Derived, sql, some)) if (!these.has(row.id)) found.set(row.id, row);
  }
  return [...found.values()];
}

/** Masks that are none of these images and were used for nothing but these; drafts go by themselves. */
export async function masksOfTheseOnly(tx: Transaction, ids: readonly string[]): Promise<readonly string[]> {
  const these = new Set(ids);
  const found = new Set<string>();
  const usedElsewhere = new Set<string>();
  for (const some of groupsOf(ids, VALUES_AT_ONCE)) {
    const sql = `SELECT DISTINCT mask.id AS mask, uses.image AS used_for FROM image_sources s
      JOIN images mask ON mask.id = s.source AND mask.kind = 'mask' JOIN image_sources uses ON uses.source = mask.id
      WHERE s.image IN ${placeholders(some)} AND (mask.tool IS NULL OR mask.tool <> '${DRAFT}')`;
    for (const { mask, used_for: image } of await readRows(tx, MaskUse, sql, some)) {
      if (these.has(mask)) continue;
      found.add(mask);
      if (!these.has(image)) usedElsewhere.add(mask);
    }
  }
  return [...found].filter((mask) => !usedElsewhere.has(mask));
}

/** Some images of a principal that nothing needs. */
export function freeRowsOf(tx: Transaction, principal: string): Promise<readonly Doomed[]> {
  const sql = `SELECT id, sha256 FROM images p WHERE principal = ? AND NOT ${isNeeded('p')} ORDER BY id LIMIT ${VALUES_AT_ONCE}`;
  return readRows(tx, Doomed, sql, [principal]);
}
