import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../../../src/shared/time/clock.ts';
import { JobStore } from '../../../src/jobs/store/job-store.ts';
import { createProcessIdentity } from '../../../src/jobs/engine/process-identity.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { onPostgres } from '../../support/postgres/on-postgres.ts';
import { shifted } from '../../support/clocks/shifted-clock.ts';
import { ALICE, aRequest, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';

/** Races that SQLite rules out by running one transaction at a time, and PostgreSQL by locks. */
await onPostgres('processes side by side on PostgreSQL', {}, () => {
  let cluster: TestCluster;
  let members: readonly TestProcess[];
  let jobStores: readonly JobStore[];
  beforeEach(async () => {
    cluster = await TestCluster.create();
    members = await Promise.all([1, 2, 3, 4].map(() => cluster.member({ idle: true })));
    jobStores = members.map(({ db }, n) => {
      const owner = createProcessIdentity({ host: `host${n}`, pid: n, isAlive: () => true }, systemRandom);
      return new JobStore({ db, account: cluster.adobe.account, owner, clock: cluster.clock });
    });
  });
  afterEach(() => cluster.close());

  const [first, second] = [0, 1];
  const rounds = Array.from({ length: 40 }, (_, n) => `round ${n}`);

  test('lose neither of a cancel and a claim that come at once', { tags: 'long' }, async () => {
    const [jobs, jobStore] = [members[first]?.jobs, jobStores[second]];
    for (const prompt of rounds) {
      const { job } = (await jobs?.enqueue(aRequest(prompt), ALICE)) ?? {};
      const id = job?.id ?? '';
      const [cancelled, claimed] = await Promise.all([
        jobs?.cancel(id, ALICE),
        jobStore?.claim(id, { state: 'preparing' }),
      ]);
      const row = await jobStore?.load(id);
      expect(row?.cancel).toBe('requested');
      expect(row?.state).toBe(claimed === undefined ? 'cancelled' : 'preparing');
      expect(cancelled?.state === 'cancelled' || cancelled?.cancelling).toBe(true);
    }
  });

  test('claim a job once', { tags: 'long' }, async () => {
    for (const prompt of rounds) {
      const { job } = (await members[first]?.jobs.enqueue(aRequest(prompt), ALICE)) ?? {};
      const claims = await Promise.all(
        jobStores.map((jobStore) => jobStore.claim(job?.id ?? '', { state: 'preparing' })),
      );
      expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
      expect((await jobStores[first]?.load(job?.id ?? ''))?.fence).toBe(1);
    }
  });

  test('make one job of identical calls', { tags: 'long' }, async () => {
    for (const prompt of rounds) {
      const jobs = await Promise.all(members.map((member) => member.jobs.enqueue(aRequest(prompt), ALICE)));
      expect(new Set(jobs.map(({ job }) => job.id)).size).toBe(1);
      expect(jobs.filter(({ attached }) => !attached)).toHaveLength(1);
    }
  });

  test(
    'make one job of calls with one key, and give every job a place of its own in the queue',
    { tags: 'long' },
    async () => {
      for (const idempotencyKey of rounds.slice(0, 20)) {
        const calls = members.map(({ jobs }) => jobs.enqueue(aRequest('same'), ALICE, { idempotencyKey }));
        const jobs = await Promise.all(calls);
        expect(new Set(jobs.map(({ job }) => job.id)).size).toBe(1);
        expect(jobs.filter(({ attached }) => !attached)).toHaveLength(1);
      }
      await Promise.all(
        members.flatMap(({ jobs }, n) => [1, 2, 3].map((m) => jobs.enqueue(aRequest(`${n}-${m}`), ALICE))),
      );
      const rows = await members[first]?.db.all('SELECT created_at FROM jobs');
      expect(new Set(rows?.map((row) => row['created_at'])).size).toBe(32);
    },
  );

  test('go by the clock of the database where their own is wrong', { tags: 'long' }, async () => {
    for (const wrongBy of [-600_000, 600_000]) {
      let sleeps = 0;
      const clock: Clock = {
        ...shifted(cluster.clock, () => wrongBy),
        sleep: (ms, signal) => ((sleeps += 1), cluster.clock.sleep(ms, signal)),
      };
      const { jobs, kill } = await cluster.member({ perMinute: 2, clock });
      const before = cluster.adobe.submits.length;
      for (const n of [1, 2, 3]) await cluster.clock.run(jobs.enqueue(aRequest(`${wrongBy} ${n}`), ALICE));
      await cluster.clock.pass(30_000);
      expect(cluster.adobe.submits.length - before).toBe(2);
      expect(sleeps).toBeLessThan(100);
      await cluster.clock.pass(45_000);
      expect(cluster.adobe.submits.length - before).toBe(3);
      kill();
      await cluster.clock.pass(60_000);
    }
  });

  test('make one job of a resubmission that several of them receive', { tags: 'long' }, async () => {
    const { job } = (await members[first]?.jobs.enqueue(aRequest('unwanted'), ALICE)) ?? {};
    await members[first]?.jobs.cancel(job?.id ?? '', ALICE);
    const fresh = await Promise.all(members.map(({ jobs }) => jobs.resubmit(job?.id ?? '', ALICE)));
    expect(new Set(fresh.map(({ id }) => id)).size).toBe(1);
  });
});
