import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/shared/clock.ts';
import { JobStore } from '../../../src/jobs/store/job-store.ts';
import { createProcessIdentity } from '../../../src/jobs/engine/process-identity.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { postgresPlaces, storesLiveIn } from '../../support/places.ts';
import { sharedPostgres } from '../../support/postgres/database.ts';
import { ALICE, aRequest, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';

/** What SQLite rules out by running one transaction at a time, PostgreSQL must rule out by locks. */
const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('side by side on PostgreSQL', { timeout: 60_000 }, () => {
  let home: TestCluster;
  let members: readonly TestProcess[];
  let journals: readonly JobStore[];
  beforeEach(async () => {
    storesLiveIn(places.make);
    home = await TestCluster.create();
    members = await Promise.all([1, 2, 3, 4].map(() => home.member({ idle: true })));
    journals = members.map(({ db }, n) => {
      const owner = createProcessIdentity({ host: `host${n}`, pid: n, isAlive: () => true }, systemRandom);
      return new JobStore({ db, account: home.adobe.account, owner });
    });
  });
  afterEach(() => home.close());
  afterAll(() => places.end());

  const [first, second] = [0, 1];
  const rounds = Array.from({ length: 40 }, (_, n) => `round ${n}`);

  it('a cancel and a claim never lose each other', async () => {
    const [desk, jobStore] = [members[first]?.jobs, journals[second]];
    for (const prompt of rounds) {
      const { job } = (await desk?.enqueue(aRequest(prompt), ALICE)) ?? {};
      const id = job?.id ?? '';
      const [cancelled, claimed] = await Promise.all([
        desk?.cancel(id, ALICE),
        jobStore?.claim(id, { state: 'preparing' }),
      ]);
      const row = await jobStore?.load(id);
      expect(row?.cancel).toBe('requested');
      expect(row?.state).toBe(claimed === undefined ? 'cancelled' : 'preparing');
      expect(cancelled?.state === 'cancelled' || cancelled?.cancelling).toBe(true);
    }
  });

  it('a job is claimed by one process alone', async () => {
    for (const prompt of rounds) {
      const { job } = (await members[first]?.jobs.enqueue(aRequest(prompt), ALICE)) ?? {};
      const claims = await Promise.all(
        journals.map((jobStore) => jobStore.claim(job?.id ?? '', { state: 'preparing' })),
      );
      expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
      expect((await journals[first]?.load(job?.id ?? ''))?.fence).toBe(1);
    }
  });

  it('identical calls are one job', async () => {
    for (const prompt of rounds) {
      const jobs = await Promise.all(members.map((member) => member.jobs.enqueue(aRequest(prompt), ALICE)));
      expect(new Set(jobs.map(({ job }) => job.id)).size).toBe(1);
      expect(jobs.filter(({ attached }) => !attached)).toHaveLength(1);
    }
  });

  it('calls with one key are one job, and every job has a place of its own in the queue', async () => {
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
  });

  it('a process whose clock is wrong goes by that of the database', async () => {
    for (const wrongBy of [-600_000, 600_000]) {
      let looks = 0;
      const clock: Clock = {
        now: () => home.clock.now() + wrongBy,
        monotonic: () => home.clock.monotonic(),
        sleep: (ms, signal) => ((looks += 1), home.clock.sleep(ms, signal)),
      };
      const { jobs, kill } = await home.member({ perMinute: 2, clock });
      const before = home.adobe.submits.length;
      for (const n of [1, 2, 3]) await home.clock.run(jobs.enqueue(aRequest(`${wrongBy} ${n}`), ALICE));
      await home.clock.pass(30_000);
      expect(home.adobe.submits.length - before).toBe(2);
      expect(looks).toBeLessThan(100);
      await home.clock.pass(45_000);
      expect(home.adobe.submits.length - before).toBe(3);
      kill();
      await home.clock.pass(60_000);
    }
  });

  it('a resubmit from several places is one job', async () => {
    const { job } = (await members[first]?.jobs.enqueue(aRequest('unwanted'), ALICE)) ?? {};
    await members[first]?.jobs.cancel(job?.id ?? '', ALICE);
    const fresh = await Promise.all(members.map(({ jobs }) => jobs.resubmit(job?.id ?? '', ALICE)));
    expect(new Set(fresh.map(({ id }) => id)).size).toBe(1);
  });
});
