import { afterAll, beforeAll, describe } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../support/places.ts';
import { sharedPostgres } from '../support/postgres/database.ts';

/** The tests of the library once more, with its records in PostgreSQL. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());

  for (const file of ['library', 'garbage-collector']) {
    describe(file, () => import(`./${file}.test.ts`));
  }
});
