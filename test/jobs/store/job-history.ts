import { COLUMNS, toParams } from '../../../src/jobs/model/job-row.ts';
import type { Database } from '../../../src/store/database.ts';
import { aJob } from '../a-job.ts';

/** Rows of one statement, which must end within the statement timeout. */
const CHUNK = 20_000;

/**
 * Inserts finished jobs with a permit each, one every `apartMs` until now, and queued jobs with the priority of
 * batches.
 */
export async function fillHistory(
  db: Database,
  { account, finished, queued, apartMs }: { account: string; finished: number; queued: number; apartMs: number },
): Promise<void> {
  const start = Date.now() - finished * apartMs;
  const ended = { state: 'succeeded', acceptedAt: 1, doneAt: 1, finishedAt: 1, delivery: 'final' } as const;
  // PostgreSQL would multiply two INTEGERs as INTEGER, which a time overflows.
  const at = `${start} + CAST(n AS BIGINT) * ${apartMs}`;
  const times = { accepted_at: at, finished_at: `${at} + 5000` };
  await write(db, aJob({ id: 'job_finished', account, ...ended }), finished, times);
  await write(db, aJob({ id: 'job_queued', account, priority: 1 }), queued, { turn: 'n / 50' });
  for (let from = start; from < Date.now(); from += CHUNK * apartMs) {
    await db.run(
      `INSERT INTO permits (job, attempt, account, granted_at, ended_at, lease_until, outcome, principal, tool, operation,
         model, count, operations, request_id, audited_at)
       SELECT id, 1, account, accepted_at, accepted_at, accepted_at, 'accepted', principal, tool, operation,
         model, count, operations, id, accepted_at
       FROM jobs WHERE finished_at IS NOT NULL AND created_at >= ? AND created_at < ? AND account = ?`,
      [from, from + CHUNK * apartMs, account],
    );
  }

  async function write(
    to: Database,
    template: ReturnType<typeof aJob>,
    count: number,
    overrides: Record<string, string>,
  ) {
    const values: Record<string, string> = {
      id: `id || '_' || n`,
      principal: `'p' || (n % 50)`,
      fingerprint: `'f' || n`,
      created_at: at,
      updated_at: at,
      ...overrides,
    };
    const parameters = COLUMNS.map(() => '?').join(', ');
    await to.run(`INSERT INTO jobs (${COLUMNS.join(', ')}) VALUES (${parameters})`, toParams(template));
    const copy = COLUMNS.map((column) => values[column] ?? column).join(', ');
    for (let done = 0; done < count; done += CHUNK) {
      const series = `WITH RECURSIVE series(n) AS (SELECT ${done} UNION ALL SELECT n + 1 FROM series
        WHERE n + 1 < ${Math.min(count, done + CHUNK)})`;
      await to.run(`INSERT INTO jobs (${COLUMNS.join(', ')}) ${series} SELECT ${copy} FROM series, jobs WHERE id = ?`, [
        template.id,
      ]);
    }
    await to.run('DELETE FROM jobs WHERE id = ?', [template.id]);
  }
}
