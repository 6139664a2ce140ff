import { afterAll, beforeAll, describe, vi } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../support/places.ts';
import { sharedPostgres } from '../support/postgres/database.ts';

/** The tests of batches once more, with them in PostgreSQL. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', { timeout: 90_000 }, () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());
  // Each round trip is a real one here.
  vi.stubEnv('ITEMS', process.env['ITEMS'] ?? '60');
  for (const file of ['control', 'thousand']) {
    describe(file, () => import(`./batches/${file}.test.ts`));
  }
});
