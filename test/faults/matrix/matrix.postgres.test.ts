import { onPostgres } from '../../support/postgres/on-postgres.ts';
import { testCells } from './matrix-cells.ts';

/** Some cells with the jobs in PostgreSQL, whose commits and locks differ from SQLite's. More are in matrix.postgres.long.ts. */
await onPostgres('the fault matrix on PostgreSQL', { tags: 'long' }, () => {
  testCells((fault, phase) =>
    phase === 'submit' ? ['reset after processing', 'body cut in half', '401'].includes(fault) : fault === '401',
  );
});
