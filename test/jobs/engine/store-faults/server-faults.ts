import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Jobs } from '../../../../src/jobs/model/types.ts';
import { Problem } from '../../../../src/shared/errors.ts';
import { askAt, type TestDatabase } from '../../../support/postgres/database.ts';
import type { PostgresServer } from '../../../support/postgres/server.ts';
import { ALICE, aRequest, type TestCluster } from '../../../support/cluster/test-cluster.ts';
import { checkInvariants, type KillRun } from '../crashes/random-kills.ts';

/** Faults of a database server. `away` lasts longer than the store retries. */
export const SERVER_FAULTS = ['crash', 'broken connections', 'read only', 'away'] as const;

/** Figures of one run. */
export interface FaultRun extends Omit<KillRun, 'killed'> {
  readonly faults: number;
  /** Calls that failed with a problem, so that their callers got no job id. */
  readonly refused: number;
}

const PER_MINUTE = 60;

/** Runs three processes while their server goes through one fault after the other, then asserts the invariants. */
export async function serverFaults(
  cluster: TestCluster,
  options: {
    readonly server: PostgresServer;
    readonly database: TestDatabase;
    readonly faults: number;
    readonly awayMs: number;
    /** Kinds of faults, in turn. */
    readonly kinds?: readonly (typeof SERVER_FAULTS)[number][];
  },
): Promise<FaultRun> {
  const { server, database, awayMs, kinds = SERVER_FAULTS } = options;
  const members = await Promise.all([1, 2, 3].map(() => cluster.member({ perMinute: PER_MINUTE })));
  const alter = (what: string) => askAt(server.url, `ALTER DATABASE ${database.name} ${what}`);
  const restart = async (ms: number) => {
    await server.crash();
    await sleep(ms);
    await server.start();
  };
  const happen = {
    crash: () => restart(0),
    away: () => restart(awayMs),
    'broken connections': () => database.breakConnections(),
    'read only': async () => {
      await alter('SET default_transaction_read_only = on');
      await database.breakConnections();
      await sleep(100);
      await alter('RESET default_transaction_read_only');
      await database.breakConnections();
    },
  };
  const acknowledged = new Set<string>();
  const refused = new Map<string, string>();
  const call = (jobs: Jobs, prompt: string) =>
    jobs.enqueue(aRequest(prompt), ALICE).then(
      ({ job }) => acknowledged.add(job.id),
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        refused.set(prompt, error.message);
      },
    );
  for (let n = 0; n < options.faults; n += 1) {
    const calls = members.map(({ jobs }, place) => call(jobs, `n${n} of ${place}`));
    // Spread over the round, so that faults meet every phase of the jobs.
    const fault = sleep((n * 37) % 110).then(happen[kinds[n % kinds.length] ?? 'crash']);
    await Promise.all([cluster.clock.pass(4_000), fault, ...calls]);
  }
  const figures = await checkInvariants(cluster, acknowledged, PER_MINUTE);
  // Nothing was sent for a caller that was told that nothing was written.
  const sent = cluster.adobe.submits
    .filter(({ prompt }) => refused.has(prompt))
    .map(({ prompt }) => refused.get(prompt));
  expect(sent.filter((message) => message?.includes('nothing was written'))).toEqual([]);
  return { faults: options.faults, refused: refused.size, ...figures };
}
