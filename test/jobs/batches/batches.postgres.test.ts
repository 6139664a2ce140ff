import { afterAll, beforeAll, describe, vi } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../../support/places.ts';
import { sharedPostgres } from '../../support/postgres/database.ts';

/** The tests of batches once more, with their tables in PostgreSQL. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', { timeout: 90_000 }, () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());
  // Fewer items than on SQLite, since every round trip takes real time.
  vi.stubEnv('ITEMS', process.env['ITEMS'] ?? '60');
  for (const file of ['control', 'long-batch']) {
    describe(`${file}.test.ts`, () => import(`./${file}.test.ts`));
  }
});
