import { afterAll, beforeAll, describe, vi } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../../support/places.ts';
import { sharedPostgres } from '../../support/postgres/database.ts';

/**
 * The tests of engine, limits and maintenance once more, with their tables in PostgreSQL: those in which statements, types or
 * locks of a dialect decide. `postgres.soak.ts` has the others.
 */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', { timeout: 180_000 }, () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());
  // Fewer requests than on SQLite, since every round trip takes real time.
  vi.stubEnv('REQUESTS', process.env['REQUESTS'] ?? '12');

  // A describe of its own keeps each file's hooks to its tests.
  for (const file of ['engine', 'uploads']) {
    describe(`${file}.test.ts`, () => import(`./${file}.test.ts`));
  }
  for (const file of ['accounts', 'image-references']) {
    describe(`${file}.test.ts`, () => import(`../store/${file}.test.ts`));
  }
  for (const file of ['retention', 'retention-by-size']) {
    describe(`${file}.test.ts`, () => import(`../../maintenance/${file}.test.ts`));
  }
  describe('job-queue.test.ts', async () => void (await import('../job-queue.test.ts')));
  describe('budget.test.ts', async () => void (await import('../limits/budget.test.ts')));
  for (const file of ['duplicates', 'taken-back']) {
    describe(`${file}.test.ts`, () => import(`../deduplication/${file}.test.ts`));
  }
});
