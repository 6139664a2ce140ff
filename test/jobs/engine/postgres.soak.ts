import { afterAll, beforeAll, describe, vi } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../../support/places.ts';
import { ownPostgres } from '../../support/postgres/database.ts';

/** What `npm test` runs on SQLite and, on PostgreSQL, not at all or in a short form. */
const server = await ownPostgres();
const places = postgresPlaces(server?.url ?? '');

describe.skipIf(server === undefined)('on PostgreSQL', { timeout: 600_000 }, () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(async () => {
    await places.end();
    await server?.stop();
  });
  vi.stubEnv('KILLS', process.env['KILLS'] ?? '150');
  vi.stubEnv('RUNS', process.env['RUNS'] ?? '25');

  // A describe of its own keeps each file's hooks to its tests.
  for (const file of ['deadlines', 'save']) {
    describe(`${file}.test.ts`, () => import(`./steps/${file}.test.ts`));
  }
  describe('crash.test.ts', async () => void (await import('./crashes/crash.test.ts')));
  for (const file of ['fair-queue', 'newer-jobs']) {
    describe(`${file}.test.ts`, () => import(`../store/${file}.test.ts`));
  }
  describe('state-machine.test.ts', async () => void (await import('../model/state-machine.test.ts')));
});
