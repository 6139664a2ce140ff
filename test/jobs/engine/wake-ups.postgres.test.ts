import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { imageMigrations } from '../../../src/images/library/schema.ts';
import { createJobs, jobMigrations, type JobRooms } from '../../../src/jobs/index.ts';
import { systemClock, type Clock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { openStore } from '../../../src/store/open.ts';
import { createDatabase, sharedPostgres, type TestDatabase } from '../../support/postgres/database.ts';
import { ALICE, aRequest } from '../../support/cluster/test-cluster.ts';
import { MemoryImages } from '../../support/doubles/memory-images.ts';
import { ScriptedAdobe } from '../../support/doubles/scripted-adobe.ts';
import { compositesHere } from '../../support/composites.ts';
import { turnsMs } from '../../support/work.ts';

/** A clock by which processes poll after 10 s instead of two, so that a busy machine is not taken for polling. */
const slowPolling: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms * 5, signal) };
/** Real time, far less than the pause between polls. */
const WAKE_MS = 4_000;
const LISTENERS = `FROM pg_stat_activity WHERE application_name = 'firefly-mcp listener' AND datname = current_database()`;
const server = await sharedPostgres();

describe.skipIf(server === undefined)('processes on one PostgreSQL server', () => {
  let database: TestDatabase;
  let front: JobRooms;
  let adobe: ScriptedAdobe;
  const ends: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    database = await createDatabase(server ?? '');
  });
  afterAll(() => database.drop());
  const start = async (clock: Clock) => {
    adobe = new ScriptedAdobe(systemClock);
    adobe.latencyMs = 20;
    const process = async () => {
      const common = { clock, random: systemRandom, logger: silentLogger };
      const db = await openStore({
        ...common,
        path: '/nowhere',
        url: database.url,
        migrations: [imageMigrations, jobMigrations],
      });
      const quota = { perMinute: 60, perDay: 9_000 };
      const rooms = createJobs({
        composites: compositesHere,
        ...common,
        db,
        quota,
        images: new MemoryImages(),
        firefly: adobe,
      });
      ends.push(async () => (await rooms.engine.stop(), await db.close()));
      return rooms;
    };
    // One process takes calls and drives no job; the other one drives jobs and takes no calls.
    front = await process();
    (await process()).engine.start();
    await until(async () => (await database.ask(`SELECT pid ${LISTENERS}`)).length > 0);
    await sleep(100);
  };
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  const until = async (done: () => boolean | Promise<boolean>) => {
    while (!(await done())) await sleep(5);
  };
  const enqueue = async (prompt: string) => (await front.jobs.enqueue(aRequest(prompt), ALICE)).job.id;

  test('a new job, a cancel and an end reach other processes long before these poll', { tags: 'long' }, async () => {
    await start(slowPolling);
    adobe.durationMs = 60_000;
    const id = await enqueue('long');
    expect(await turnsMs(() => until(() => adobe.submits.length === 1))).toBeLessThan(WAKE_MS);
    await until(async () => (await front.jobs.get(id, ALICE)).state === 'accepted');
    const waiting = front.jobs.wait(id, ALICE, { waitMs: 30_000 });
    await sleep(50);
    await front.jobs.cancel(id, ALICE);
    expect(await turnsMs(() => until(() => adobe.cancels.length === 1))).toBeLessThan(WAKE_MS);
    // The process that drives the job asks Adobe at its own pace; from then on it is a wake-up.
    await until(async () => (await front.jobs.get(id, ALICE)).state === 'cancelled');
    const ending = async () => expect(await waiting).toMatchObject({ state: 'cancelled' });
    expect(await turnsMs(ending)).toBeLessThan(WAKE_MS);
  });

  test(
    'a job is sent within five seconds where every listener is killed again and again',
    { tags: 'long' },
    async () => {
      await start(systemClock);
      let isOver = false;
      const killing = (async () => {
        while (!isOver) {
          await database.ask(`SELECT pg_terminate_backend(pid) ${LISTENERS}`);
          await sleep(5);
        }
      })();
      await enqueue('unheard');
      const took = await turnsMs(() => until(() => adobe.submits.length === 1));
      isOver = true;
      await killing;
      expect(took).toBeLessThan(5_000);
    },
  );
});
