import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../src/shared/clock.ts';
import { storesLiveIn } from '../support/places.ts';
import { createDatabase, ownPostgres, type TestDatabase } from '../support/postgres/database.ts';
import type { PostgresServer } from '../support/postgres/server.ts';
import { TestCluster } from '../support/cluster/test-cluster.ts';
import { SERVER_FAULTS, serverFaults } from './server-faults.ts';

// A server of this file's own: it is crashed and restarted. A given one (TEST_DATABASE_URL) is left in peace.
const server: PostgresServer | undefined = await ownPostgres();

/** Patience runs out in two thirds of a second. */
const hasty: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 15 };

describe.skipIf(server === undefined)('jobs whose server fails again and again', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(server?.url ?? '');
    storesLiveIn(async () => {
      const schema = await database.makeSchema();
      return { address: { path: '/nowhere', url: schema.url }, remove: () => schema.drop() };
    });
  });
  afterAll(() => server?.stop());

  it('all end as they should, with no request twice and none over the quota', { timeout: 60_000 }, async () => {
    if (!server) return;
    const home = await TestCluster.create({ serverClock: hasty });
    try {
      const faults = 2 * SERVER_FAULTS.length;
      const run = await serverFaults(home, { server, database, faults, awayMs: 800 });
      // The processes lived on, so they know what became of every request.
      expect(run).toMatchObject({ faults, unknown: 0 });
      expect(run.jobs).toBe(3 * faults - run.refused);
      console.info(JSON.stringify(run));
    } finally {
      await home.close();
    }
  });
});
