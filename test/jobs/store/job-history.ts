import { COLUMNS, toParams } from '../../../src/jobs/model/job-row.ts';
import type { Database } from '../../../src/store/database.ts';
import { aJob } from '../a-job.ts';

/** Rows of one transaction: no statement may take long. */
const CHUNK = 20_000;

/** Fills the tables: so many finished jobs with a permit each, one every `apartMs`, and so many that wait as items of batches. */
export async function aLongPast(
  db: Database,
  { account, finished, queued, apartMs }: { account: string; finished: number; queued: number; apartMs: number },
): Promise<void> {
  const start = Date.now() - finished * apartMs;
  const past = { state: 'succeeded', acceptedAt: 1, doneAt: 1, finishedAt: 1, delivery: 'final' } as const;
  // In PostgreSQL the product of two small numbers is one too, and would not hold a time.
  const at = `${start} + CAST(n AS BIGINT) * ${apartMs}`;
  const times = { accepted_at: at, finished_at: `${at} + 5000` };
  await write(db, aJob({ id: 'job_finished', account, ...past }), finished, times);
  await write(db, aJob({ id: 'job_queued', account, priority: 1 }), queued, { turn: 'n / 50' });
  for (let from = start; from < Date.now(); from += CHUNK * apartMs) {
    await db.run(
      `INSERT INTO permits (job, attempt, account, granted_at, ended_at, lease_until, outcome, principal, tool, operation,
         model, count, request_id, audited_at)
       SELECT id, 1, account, accepted_at, accepted_at, accepted_at, 'accepted', principal, tool, operation,
         model, count, id, accepted_at
       FROM jobs WHERE finished_at IS NOT NULL AND created_at >= ? AND created_at < ? AND account = ?`,
      [from, from + CHUNK * apartMs, account],
    );
  }

  async function write(to: Database, pattern: ReturnType<typeof aJob>, count: number, own: Record<string, string>) {
    const values: Record<string, string> = {
      id: `id || '_' || n`,
      principal: `'p' || (n % 50)`,
      fingerprint: `'f' || n`,
      created_at: at,
      updated_at: at,
      ...own,
    };
    const marks = COLUMNS.map(() => '?').join(', ');
    await to.run(`INSERT INTO jobs (${COLUMNS.join(', ')}) VALUES (${marks})`, toParams(pattern));
    const copy = COLUMNS.map((column) => values[column] ?? column).join(', ');
    for (let done = 0; done < count; done += CHUNK) {
      const series = `WITH RECURSIVE series(n) AS (SELECT ${done} UNION ALL SELECT n + 1 FROM series
        WHERE n + 1 < ${Math.min(count, done + CHUNK)})`;
      await to.run(`INSERT INTO jobs (${COLUMNS.join(', ')}) ${series} SELECT ${copy} FROM series, jobs WHERE id = ?`, [
        pattern.id,
      ]);
    }
    await to.run('DELETE FROM jobs WHERE id = ?', [pattern.id]);
  }
}
