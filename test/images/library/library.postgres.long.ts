/** @module-tag long */
import { afterAll, beforeAll, describe } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../../support/places.ts';
import { sharedPostgres } from '../../support/postgres/database.ts';

/** The tests of the library and of the garbage collector with records in PostgreSQL. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());

  describe('the library', async () => void (await import('./library.test.ts')));
  describe('the garbage collector', async () => void (await import('../blobs/garbage-collector.test.ts')));
});
