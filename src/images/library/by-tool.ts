import type { SqlValue } from '../../store/database.ts';
import { DRAFT, type ImageQuery } from '../types.ts';

/**
 * SQL conditions for the tool that made a picture. Each stroke of a painter makes a draft: a query that names neither drafts
 * nor handles leaves them out.
 */
export function byTool({ tool, ids }: Pick<ImageQuery, 'tool' | 'ids'>) {
  const condition = (sql: string, value: SqlValue) => [{ sql, params: [value] }];
  if (tool !== undefined) return condition('tool = ?', tool);
  return ids === undefined ? condition('(tool IS NULL OR tool <> ?)', DRAFT) : [];
}
