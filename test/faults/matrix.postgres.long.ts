/** @module-tag long */
import { afterAll, beforeAll, describe } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../support/places.ts';
import { sharedPostgres } from '../support/postgres/database.ts';
import { testCells } from './matrix-cells.ts';

/** A part of the fault matrix with the jobs in PostgreSQL, whose commits and locks differ from SQLite's. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('the fault matrix on PostgreSQL', () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());

  const CHOSEN = ['reset after processing', 'body cut in half', '401', '429, a date'];
  testCells((fault) => CHOSEN.includes(fault));
});
