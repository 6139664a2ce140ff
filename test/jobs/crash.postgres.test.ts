import { afterAll, beforeAll, describe, vi } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../support/places.ts';
import { sharedPostgres } from '../support/postgres/database.ts';

/** The kills once more, with its jobs in PostgreSQL. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', { timeout: 60_000 }, () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());
  // Each round trip is a real one here.
  vi.stubEnv('KILLS', process.env['KILLS'] ?? '20');

  describe('crash', async () => {
    await import('./crash.test.ts');
  });
});
