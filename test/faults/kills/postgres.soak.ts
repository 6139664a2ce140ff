import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestCluster } from '../../support/cluster/test-cluster.ts';
import { serverFaults } from '../../jobs/engine/store-faults/server-faults.ts';
import { storesLiveIn } from '../../support/places.ts';
import { createDatabase, ownPostgres, type TestDatabase } from '../../support/postgres/database.ts';
import type { PostgresServer } from '../../support/postgres/server.ts';

const FAULTS = Number(process.env['FAULTS'] ?? 100);
/** A home serves so many faults; its queue holds no more calls. */
const A_ROUND = 25;

const server: PostgresServer | undefined = await ownPostgres();

describe.skipIf(server === undefined)('PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(server?.url ?? '');
    storesLiveIn(async () => {
      const schema = await database.makeSchema();
      return { address: { path: '/nowhere', url: schema.url }, remove: () => schema.drop() };
    });
  });
  afterAll(() => server?.stop());

  const round = async (options: Omit<Parameters<typeof serverFaults>[1], 'server' | 'database'>) => {
    if (!server) return;
    const home = await TestCluster.create();
    try {
      const run = await serverFaults(home, { server, database, ...options });
      console.log(`server faults: ${JSON.stringify(run)}`);
      expect(run.unknown).toBe(0);
    } finally {
      await home.close();
    }
  };

  test(
    `a server that is stopped at once ${FAULTS} times while jobs run costs no outcome`,
    { timeout: 900_000 },
    async () => {
      for (let done = 0; done < FAULTS; done += A_ROUND) {
        await round({ faults: Math.min(A_ROUND, FAULTS - done), awayMs: 0, kinds: ['crash'] });
      }
    },
  );

  test('a server that is away for 30 seconds, as in a failover, costs no outcome', { timeout: 300_000 }, () =>
    round({ faults: 3, awayMs: 30_000, kinds: ['away'] }),
  );

  test(
    'connections that break again and again, and writes that are refused for a while, cost no outcome',
    { timeout: 300_000 },
    () => round({ faults: A_ROUND, awayMs: 0, kinds: ['broken connections', 'read only'] }),
  );

  describe('a batch with a kill in the middle', async () => {
    await import('../../jobs/batches/long-batch.long.ts');
  });
});
