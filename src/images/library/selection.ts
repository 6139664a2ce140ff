import type { SqlValue } from '../../store/database.ts';
import { placeholders } from '../../store/placeholders.ts';
import type { ImageQuery, ImageRecord, Viewer } from '../types.ts';
import { byTool } from './by-tool.ts';
import { isOfKind } from './image-row.ts';
import { descended, madeFromOf } from './lineage.ts';
import { madeFromFile, withWords } from './word-conditions.ts';

/** Order of every listing. */
export const NEWEST_FIRST = 'ORDER BY created_at DESC, place DESC, id DESC';

/** An SQL condition for a column that has one of these values; none of no value. */
function among(column: 'id' | 'job', values: readonly string[]) {
  return { sql: values.length === 0 ? '1 = 0' : `${column} IN ${placeholders(values)}`, params: values };
}

/** The statement of a listing, newest first, and its parameters. */
export function selection(query: ImageQuery, viewer: Viewer, before: ImageRecord | undefined) {
  const conditions: readonly { readonly sql: string; readonly params: readonly SqlValue[] }[] = [
    { sql: 'principal = ?', params: [viewer.principal] },
    ...(query.kinds === undefined ? [] : [isOfKind('i', query.kinds)]),
    ...(query.madeFrom === undefined ? [] : [madeFromOf(query.madeFrom)]),
    ...(query.descendedFrom === undefined ? [] : [descended(madeFromOf(query.descendedFrom), viewer.principal)]),
    ...(query.descendedFromFile === undefined
      ? []
      : [descended(madeFromFile(query.descendedFromFile), viewer.principal)]),
    ...(query.jobs === undefined ? [] : [among('job', query.jobs)]),
    ...(query.ids === undefined ? [] : [among('id', query.ids)]),
    ...(query.text === undefined ? [] : [withWords(query.text)]),
    ...(query.since === undefined ? [] : [{ sql: 'created_at >= ?', params: [query.since] }]),
    ...(query.until === undefined ? [] : [{ sql: 'created_at < ?', params: [query.until] }]),
    ...(query.seed === undefined ? [] : [{ sql: 'seed = ?', params: [query.seed] }]),
    ...byTool(query),
    ...(before === undefined
      ? []
      : [{ sql: '(created_at, place, id) < (?, ?, ?)', params: [before.createdAt, before.index, before.id] }]),
  ];
  const where = conditions.map(({ sql }) => sql).join(' AND ');
  return {
    sql: `SELECT * FROM images i WHERE ${where} ${NEWEST_FIRST} LIMIT ?`,
    params: [...conditions.flatMap(({ params }) => params), query.limit],
  };
}
