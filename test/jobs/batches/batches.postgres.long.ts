/** @module-tag long */
import { afterAll, beforeAll, describe } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../../support/places.ts';
import { sharedPostgres } from '../../support/postgres/database.ts';

/** The tests of batches once more, with their tables in PostgreSQL; `test/faults/postgres.soak.ts` has the long one. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', { timeout: 90_000 }, () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());
  describe('control.test.ts', async () => void (await import('./control.test.ts')));
});
