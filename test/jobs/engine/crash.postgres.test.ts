import { afterAll, beforeAll, describe, vi } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../../support/places.ts';
import { sharedPostgres } from '../../support/postgres/database.ts';

/**
 * The tests of kill points and wake-ups once more, with their tables in PostgreSQL. `crash.postgres.long.ts` has random kills,
 * interleavings and the state machine; `postgres.soak.ts` runs all of them for longer.
 */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', { timeout: 180_000, tags: 'long' }, () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());
  // Fewer runs than on SQLite, since every round trip takes real time.
  vi.stubEnv('ROUNDS', process.env['ROUNDS'] ?? '1');

  for (const file of ['kill-points', 'wake-ups']) {
    describe(`${file}.test.ts`, () => import(`./${file}.test.ts`));
  }
});
