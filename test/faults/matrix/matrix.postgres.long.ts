/** @module-tag long */
import { onPostgres } from '../../support/postgres/on-postgres.ts';
import { testCells } from './matrix-cells.ts';

/** A part of the fault matrix with the jobs in PostgreSQL, whose commits and locks differ from SQLite's. */
await onPostgres('the fault matrix on PostgreSQL', {}, () => {
  const CHOSEN = ['reset after processing', 'body cut in half', '401', '429, a date'];
  testCells((fault) => CHOSEN.includes(fault));
});
