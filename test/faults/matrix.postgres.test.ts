import { afterAll, beforeAll, describe, vi } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../support/places.ts';
import { sharedPostgres } from '../support/postgres/database.ts';

/** A part of the fault matrix with the jobs in PostgreSQL, whose commits and locks differ from SQLite's. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());
  vi.stubEnv('FAULTS', process.env['FAULTS'] ?? 'reset after processing|body cut in half|401|429, a date');

  describe('faults', async () => void (await import('./matrix.test.ts')));
});
