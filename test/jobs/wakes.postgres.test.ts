import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJobs, jobMigrations, type JobRooms } from '../../src/jobs/index.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { openStore } from '../../src/store/open.ts';
import { createDatabase, sharedPostgres, type TestDatabase } from '../support/postgres/database.ts';
import { ALICE, aRequest } from '../support/cluster/test-cluster.ts';
import { MemoryImages } from '../support/doubles/memory-images.ts';
import { ScriptedAdobe } from '../support/doubles/scripted-adobe.ts';

/** In real time: what is tested here is how soon processes notice each other. They look every two seconds anyway. */
const AT_ONCE_MS = 500;
const LISTENERS = `FROM pg_stat_activity WHERE application_name = 'firefly-mcp listener' AND datname = current_database()`;
const server = await sharedPostgres();

describe.skipIf(server === undefined)('processes on one PostgreSQL', () => {
  let database: TestDatabase;
  let desk: JobRooms;
  let adobe: ScriptedAdobe;
  const ends: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    database = await createDatabase(server ?? '');
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    adobe = new ScriptedAdobe(systemClock);
    adobe.latencyMs = 20;
    const process = async () => {
      const common = { clock: systemClock, random: systemRandom, logger: silentLogger };
      const db = await openStore({ ...common, path: '/nowhere', url: database.url, migrations: [jobMigrations] });
      const quota = { perMinute: 60, perDay: 9_000 };
      const rooms = createJobs({ ...common, db, quota, images: new MemoryImages(), firefly: adobe });
      ends.push(async () => (await rooms.engine.stop(), await db.close()));
      return rooms;
    };
    // The desk takes calls and drives nothing; the other process drives and takes no calls.
    desk = await process();
    (await process()).engine.start();
    await until(async () => (await database.ask(`SELECT pid ${LISTENERS}`)).length > 0);
    await sleep(100);
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  const until = async (done: () => boolean | Promise<boolean>) => {
    const began = performance.now();
    while (!(await done())) {
      if (performance.now() - began > 10_000) throw new Error('it never came');
      await sleep(5);
    }
    return performance.now() - began;
  };
  const enqueue = async (prompt: string) => (await desk.jobs.enqueue(aRequest(prompt), ALICE)).job.id;

  it('notice each other at once: a call, a cancel, an end', async () => {
    adobe.durationMs = 60_000;
    const id = await enqueue('long');
    expect(await until(() => adobe.submits.length === 1)).toBeLessThan(AT_ONCE_MS);
    await until(async () => (await desk.jobs.get(id, ALICE)).state === 'accepted');
    const told = desk.jobs.wait(id, ALICE, { waitMs: 30_000 });
    await sleep(50);
    await desk.jobs.cancel(id, ALICE);
    expect(await until(() => adobe.cancels.length === 1)).toBeLessThan(AT_ONCE_MS);
    const done = await told;
    expect(done.state).toBe('cancelled');
    expect(Date.now() - (done.finishedAt ?? 0)).toBeLessThan(AT_ONCE_MS);
  });

  it('make progress within five seconds where every listener is killed at once', async () => {
    let isOver = false;
    const killing = (async () => {
      while (!isOver) {
        await database.ask(`SELECT pg_terminate_backend(pid) ${LISTENERS}`);
        await sleep(5);
      }
    })();
    await enqueue('unheard');
    const took = await until(() => adobe.submits.length === 1);
    isOver = true;
    await killing;
    expect(took).toBeLessThan(5_000);
  });
});
