import { afterAll, beforeAll, describe } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../../support/places.ts';
import { sharedPostgres } from '../../support/postgres/database.ts';

/** The tests of used consents once more, with their table in PostgreSQL. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());

  for (const file of ['used-consents']) {
    describe(`${file}.test.ts`, () => import(`./${file}.test.ts`));
  }
});
