import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { createJobs, jobMigrations } from '../../src/jobs/index.ts';
import { COLUMNS, toParams } from '../../src/jobs/record.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import type { Database } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';
import { aJob } from '../jobs/a-job.ts';
import { ALICE, aRequest } from '../jobs/harness.ts';
import { MemoryImages } from '../jobs/memory-images.ts';
import { ScriptedAdobe } from '../jobs/scripted-adobe.ts';

const FINISHED = Number(process.env['FINISHED'] ?? 1_000_000);
const QUEUED = Number(process.env['QUEUED'] ?? 10_000);
const SAMPLES = 300;

let folder: string;
let path: string;

const open = (): Promise<Database> =>
  openStore({ path, migrations: [jobMigrations], clock: systemClock, random: systemRandom, logger: silentLogger });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queue-'));
  path = join(folder, 'store.sqlite');
  const db = await open();
  await fill(db, FINISHED, 'finished');
  await fill(db, QUEUED, 'queued');
  await db.close();
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fill(db: Database, count: number, kind: 'finished' | 'queued'): Promise<void> {
  const sql = `INSERT INTO jobs (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`;
  const start = Date.now() - count;
  for (let done = 0; done < count; done += 20_000) {
    await db.transaction(async (tx) => {
      for (let n = done; n < Math.min(count, done + 20_000); n += 1) {
        const common = { id: `job_${kind}_${n}`, account: 'scripted', principal: `p${n % 50}`, fingerprint: `f${n}` };
        const times = { createdAt: start + n, updatedAt: start + n };
        const state =
          kind === 'finished'
            ? ({ state: 'succeeded', acceptedAt: start + n, finishedAt: start + n + 5_000, delivery: 'final' } as const)
            : ({ state: 'queued', priority: 1, turn: Math.floor(n / 50), runnableAt: 0 } as const);
        await tx.run(sql, toParams(aJob({ ...common, ...times, ...state })));
      }
    });
  }
}

function quantiles(times: number[]): Record<string, string> {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2)} ms`;
  return { median: at(0.5), p99: at(0.99), max: at(0.9999) };
}

test('a queue with a long past', async () => {
  const opening = performance.now();
  const db = await open();
  const firstLook = await db.all('SELECT id FROM jobs WHERE finished_at IS NULL LIMIT 1');
  const opened = performance.now() - opening;
  const { jobs } = createJobs({
    db,
    images: new MemoryImages(),
    firefly: new ScriptedAdobe(systemClock),
    quota: { perMinute: 4, perDay: 9000 },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  const { Journal } = await import('../../src/jobs/journal.ts');
  const owner = { id: 'bench', isGone: () => false };
  const journal = new Journal({ db, account: 'scripted', owner });
  const enqueue: number[] = [];
  const claim: number[] = [];
  const look: number[] = [];
  for (let n = 0; n < SAMPLES; n += 1) {
    let started = performance.now();
    const { job } = await jobs.enqueue(aRequest(`n${n}`), ALICE);
    enqueue.push(performance.now() - started);
    started = performance.now();
    await journal.claimable({ started: 64, interactive: 8, batch: 4 });
    look.push(performance.now() - started);
    started = performance.now();
    await journal.claim(job.id, { state: 'preparing' });
    claim.push(performance.now() - started);
    // Ended, so that the queue stays as long as it is, and the limit for interactive jobs is not met.
    await db.run(`UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE id = ?`, [Date.now(), job.id]);
  }
  console.log(
    `\n${FINISHED} finished and ${QUEUED} queued jobs; opened and read in ${opened.toFixed(0)} ms (${firstLook.length})`,
  );
  console.table({ enqueue: quantiles(enqueue), 'look for work': quantiles(look), claim: quantiles(claim) });
  await db.close();
});
