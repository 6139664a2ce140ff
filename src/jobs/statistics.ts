import type { SqliteStep } from '../store/database.ts';

/**
 * Rows of each index, and then how many of them share its first column, its first two columns and so on
 * (https://www.sqlite.org/fileformat2.html#stat1tab): a hundred thousand finished jobs of one principal, and few open ones.
 */
const SHAPE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  jobs: {
    sqlite_autoindex_jobs_1: '100000 1',
    jobs_unfinished: '200 200 100 100 5 1',
    jobs_turns: '200 200 40 40 2',
    jobs_of_batch: '20000 50 1',
    jobs_in_order: '100000 100000 1',
    jobs_of_principal: '100000 100000 100000 1',
    jobs_by_fingerprint: '100000 100000 100000 2 1',
    jobs_by_key: '1000 1000 1000 1',
    jobs_replacing: '1000 1',
    jobs_by_duration: '90000 90000 30000 10000 1',
    jobs_finished: '100000 1',
    jobs_with_pictures: '100 1',
  },
  permits: {
    sqlite_autoindex_permits_1: '100000 1 1',
    permits_of_account: '100000 100000 1',
    permits_that_count: '100000 100000 1',
    permits_of_principal: '100000 100000 100000 1',
    permits_unaudited: '20 1',
  },
  batches: {
    sqlite_autoindex_batches_1: '1000 1',
    batches_by_digest: '1000 1000 1000 2 1',
    batches_of_principal: '1000 1000 1000 1',
    batches_unsettled: '5 5 1',
  },
  batch_items: {
    sqlite_autoindex_batch_items_1: '20000 50 1',
    batch_items_in_order: '20000 50 1',
    batch_items_by_job: '20000 1',
    batch_items_unwritten: '200 20',
  },
};

const ROWS = Object.entries(SHAPE).flatMap(([table, indexes]) =>
  Object.entries(indexes).map(([index, stat]) => `('${table}', '${index}', '${stat}')`),
);

/**
 * Tells SQLite's planner what a long past looks like, as its documentation proposes for stable plans ("Fixed Results Of
 * ANALYZE", https://www.sqlite.org/lang_analyze.html). Nothing is measured while the program runs: plans are the same in
 * every process from the first job on, and no start-up or transaction waits for it.
 */
export const STATISTICS: readonly SqliteStep[] = [
  // Makes the table of statistics where there is none yet.
  { sqlite: 'ANALYZE sqlite_schema' },
  { sqlite: `DELETE FROM sqlite_stat1 WHERE tbl IN ('${Object.keys(SHAPE).join(`', '`)}')` },
  { sqlite: `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ${ROWS.join(', ')}` },
  // Reads them on this connection; others do when they see that the schema has changed.
  { sqlite: 'ANALYZE sqlite_schema' },
];
