import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../../../src/shared/time/clock.ts';
import { storesLiveIn } from '../../../support/places.ts';
import { createDatabase, ownPostgres, type TestDatabase } from '../../../support/postgres/database.ts';
import type { PostgresServer } from '../../../support/postgres/server.ts';
import { TestCluster } from '../../../support/cluster/test-cluster.ts';
import { SERVER_FAULTS, serverFaults } from './server-faults.ts';

// A server of its own, since the test crashes it. A server that is given (TEST_DATABASE_URL) is not used.
const server: PostgresServer | undefined = await ownPostgres();

/** How often each kind of fault happens; twice in `server-faults.postgres.long.ts`. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 1);
/** A clock by which the store's ten seconds of patience end after two thirds of a second. */
const hasty: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 15 };

describe.skipIf(server === undefined)('jobs whose database server fails again and again', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(server?.url ?? '');
    storesLiveIn(async () => {
      const schema = await database.makeSchema();
      return { address: { path: '/nowhere', url: schema.url }, remove: () => schema.drop() };
    });
  });
  afterAll(() => server?.stop());

  test(
    'all jobs end with their pictures, with no request twice and none over the quota',
    { tags: 'long', timeout: 180_000 },
    async () => {
      if (!server) return;
      const cluster = await TestCluster.create({ serverClock: hasty });
      try {
        const faults = ROUNDS * SERVER_FAULTS.length;
        const run = await serverFaults(cluster, { server, database, faults, awayMs: 800 });
        // No process died, so every outcome is known.
        expect(run).toMatchObject({ faults, unknown: 0 });
        expect(run.jobs).toBe(3 * faults - run.refused);
        console.info(JSON.stringify(run));
      } finally {
        await cluster.close();
      }
    },
  );
});
