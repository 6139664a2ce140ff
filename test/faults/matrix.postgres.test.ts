import { afterAll, beforeAll, describe } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../support/places.ts';
import { sharedPostgres } from '../support/postgres/database.ts';
import { testCells } from './matrix-cells.ts';

/** Some cells with the jobs in PostgreSQL, whose commits and locks differ from SQLite's. More are in matrix.postgres.long.ts. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('the fault matrix on PostgreSQL', { tags: 'long' }, () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());

  testCells((fault, phase) =>
    phase === 'submit' ? ['reset after processing', 'body cut in half', '401'].includes(fault) : fault === '401',
  );
});
