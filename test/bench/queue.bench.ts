import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { imageMigrations } from '../../src/images/library/schema.ts';
import { createJobs, jobMigrations } from '../../src/jobs/index.ts';
import { JobStore } from '../../src/jobs/store/job-store.ts';
import { systemClock } from '../../src/shared/time/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { openStore } from '../../src/store/open.ts';
import { fillHistory } from '../jobs/store/job-history.ts';
import { ALICE, aRequest } from '../support/cluster/test-cluster.ts';
import { MemoryImages } from '../support/doubles/memory-images.ts';
import { ScriptedAdobe } from '../support/doubles/scripted-adobe.ts';
import { createDatabase, ownPostgres } from '../support/postgres/database.ts';
import { compositesHere } from '../support/composites.ts';

const FINISHED = Number(process.env['FINISHED'] ?? 1_000_000);
const QUEUED = Number(process.env['QUEUED'] ?? 10_000);
const SAMPLES = 300;
/** As far apart as the quota of a day lets requests be. */
const APART_MS = 10_000;
/** The bar for the slowest hundredth of calls and claims, and for a start. */
const BAR_MS = 20;
const START_BAR_MS = 2_000;

function quantiles(times: number[]): Record<string, string> {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2)} ms`;
  return { median: at(0.5), p99: at(0.99), max: at(0.9999) };
}

interface Place {
  readonly address: { readonly path: string; readonly url?: string };
  /** Lets the planner know the tables, as the server does by itself sooner or later. */
  settle(): Promise<unknown>;
  remove(): Promise<unknown>;
}

async function onSqlite(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'queue-'));
  return {
    address: { path: join(folder, 'store.sqlite') },
    settle: () => Promise.resolve(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function onPostgres(): Promise<Place | undefined> {
  const server = await ownPostgres();
  if (!server) return undefined;
  const database = await createDatabase(server.url);
  return {
    address: { path: '/nowhere', url: database.url },
    settle: () => database.ask('VACUUM ANALYZE'),
    remove: () => server.stop(),
  };
}

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
])('%s', (name, make) => {
  let place: Place | undefined;
  const open = (address: Place['address']) =>
    openStore({
      ...address,
      migrations: [imageMigrations, jobMigrations],
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
  beforeAll(async () => {
    place = await make();
    if (!place) return;
    const db = await open(place.address);
    await fillHistory(db, { account: 'scripted', finished: FINISHED, queued: QUEUED, apartMs: APART_MS });
    await place.settle();
    await db.close();
  }, 600_000);
  afterAll(() => place?.remove());

  test('a queue with a long past', async ({ skip }) => {
    if (!place) return skip();
    const opening = performance.now();
    const db = await open(place.address);
    const firstLook = await db.all('SELECT id FROM jobs WHERE finished_at IS NULL LIMIT 1');
    const opened = performance.now() - opening;
    const { jobs } = createJobs({
      composites: compositesHere,
      db,
      images: new MemoryImages(),
      firefly: new ScriptedAdobe(systemClock),
      quota: { perMinute: 4, perDay: 9000 },
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
    const owner = { id: 'bench', isDead: () => false };
    const jobStore = new JobStore({ db, account: 'scripted', owner, clock: systemClock });
    const enqueue: number[] = [];
    const claim: number[] = [];
    const look: number[] = [];
    for (let n = 0; n < SAMPLES; n += 1) {
      let started = performance.now();
      const { job } = await jobs.enqueue(aRequest(`n${n}`), ALICE);
      enqueue.push(performance.now() - started);
      started = performance.now();
      await jobStore.findWork({ more: 64, interactive: 8, batch: 4 });
      look.push(performance.now() - started);
      started = performance.now();
      await jobStore.claim(job.id, { state: 'preparing' });
      claim.push(performance.now() - started);
      // Ended, so that the queue stays as long as it is, and the limit for interactive jobs is not met.
      await db.run(`UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE id = ?`, [Date.now(), job.id]);
    }
    console.log(
      `\n${name}: ${FINISHED} finished and ${QUEUED} queued jobs; opened and read in ${opened.toFixed(0)} ms ` +
        `(${firstLook.length}; bar ${START_BAR_MS} ms). Bar of the p99: ${BAR_MS} ms`,
    );
    console.table({ enqueue: quantiles(enqueue), 'look for work': quantiles(look), claim: quantiles(claim) });
    await db.close();
  });
});
