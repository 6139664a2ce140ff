import { afterAll, beforeAll, describe } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../places.ts';
import { sharedPostgres } from './database.ts';

/**
 * A group of tests whose stores are in PostgreSQL, in a database of this test file; skipped where no server can be had.
 * @param tests may import test files of SQLite, whose tests then run once more
 */
export async function onPostgres(name: string, options: { readonly tags?: 'long' }, tests: () => void): Promise<void> {
  const server = await sharedPostgres();
  const places = postgresPlaces(server ?? '');
  describe.skipIf(server === undefined)(name, options, () => {
    beforeAll(() => storesLiveIn(places.make));
    afterAll(() => places.end());
    tests();
  });
}
