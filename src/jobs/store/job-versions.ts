import { z } from 'zod';
import type { Queryable } from '../../store/database.ts';
import { nullable, readRows } from '../../store/rows.ts';
import { IS_KNOWN, placeholders } from './sql.ts';

/** Which jobs: the newest ones outside of batches, or those of these ids. */
export type VersionsOf = { readonly newest: number } | { readonly ids: readonly string[] };

const Row = z.object({
  id: z.string(),
  state: z.string(),
  cancel: z.string(),
  progress: nullable(z.number()),
  updated_at: z.number(),
});
const COLUMNS = 'id, state, cancel, progress, updated_at';

/** By id, newest first, a text that changes with the job. A job of another principal is left out. */
export async function jobVersions(
  db: Pick<Queryable, 'all'>,
  { account, principal }: { readonly account: string; readonly principal: string },
  of: VersionsOf,
): Promise<ReadonlyMap<string, string>> {
  if ('ids' in of && of.ids.length === 0) return new Map();
  const [which, values] =
    'ids' in of ? [`id IN ${placeholders(of.ids)}`, of.ids] : [`batch IS NULL AND ${IS_KNOWN}`, []];
  const rows = await readRows(
    db,
    Row,
    `SELECT ${COLUMNS} FROM jobs WHERE account = ? AND principal = ? AND ${which} ORDER BY created_at DESC${'ids' in of ? '' : ' LIMIT ?'}`,
    [account, principal, ...values, ...('ids' in of ? [] : [of.newest])],
  );
  return new Map(rows.map(({ id, ...facts }) => [id, Object.values(facts).join(' ')]));
}
