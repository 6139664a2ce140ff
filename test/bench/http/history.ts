import { imageMigrations } from '../../../src/images/library/schema.ts';
import { jobMigrations } from '../../../src/jobs/index.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';

/** How copies differ from the rows that they are made of; `n` is the number of the copy. */
type Changes = Readonly<Record<string, string>>;

/** Opens the store of an installation whose server is not running, and closes it afterwards. */
async function inStore(path: string, work: (db: Database) => Promise<void>): Promise<void> {
  const effects = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const db = await openStore({ path, migrations: [imageMigrations, jobMigrations], ...effects });
  await work(db);
  await db.close();
}

/** Fills a table with copies of all its rows. */
async function copyRows(db: Database, table: string, copies: number, changes: Changes): Promise<void> {
  const columns = (await db.all(`PRAGMA table_info(${table})`)).map(({ name }) => String(name));
  const values = columns.map((column) => changes[column] ?? `t.${column}`);
  await db.run(
    `INSERT INTO ${table} (${columns.join(', ')}) WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series
     WHERE n < ${copies}) SELECT ${values.join(', ')} FROM series, ${table} t`,
  );
}

/** Makes every job that an installation has made, and its pictures, so many times, older each time. */
export function multiplyHistory(path: string, times: number): Promise<void> {
  return inStore(path, async (db) => {
    const older = (column: string) => `t.${column} - n * 100000`;
    await copyRows(db, 'jobs', times - 1, {
      id: `t.id || '_' || n`,
      fingerprint: `t.fingerprint || n`,
      created_at: older('created_at'),
      finished_at: older('finished_at'),
    });
    await copyRows(db, 'permits', times - 1, {
      job: `t.job || '_' || n`,
      granted_at: older('granted_at'),
      ended_at: older('ended_at'),
    });
    await copyRows(db, 'images', times - 1, {
      id: `t.id || '_' || n`,
      job: `t.job || '_' || n`,
      created_at: older('created_at'),
    });
  });
}

/** Turns the jobs of an installation into jobs that Adobe works on, so many of each. */
export function multiplyRunning(path: string, times: number): Promise<void> {
  return inStore(path, async (db) => {
    await copyRows(db, 'jobs', times, {
      id: `t.id || '_' || n`,
      fingerprint: `t.fingerprint || n`,
      created_at: `t.created_at + n`,
      state: `'running'`,
      finished_at: 'NULL',
      done_at: 'NULL',
      outputs: `'[]'`,
      delivery: `'none'`,
    });
  });
}
