import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ImageLibrary } from '../../../src/images/types.ts';
import { toRecord } from '../../../src/images/library/image-row.ts';
import { fromRow } from '../../../src/jobs/model/job-row.ts';
import { JOB_STATES, type JobState } from '../../../src/jobs/model/states.ts';
import type { JobView } from '../../../src/jobs/model/types.ts';
import type { Database } from '../../../src/store/database.ts';
import type { History, Operation } from './history.ts';

/** Makes the database record every change of a job's state or fence, in the order of the commits, with a trigger. */
export async function watchMoves(db: Database): Promise<void> {
  const postgres = db.dialect === 'postgres';
  await db.run(
    `CREATE TABLE IF NOT EXISTS watched (n ${postgres ? 'BIGSERIAL' : 'INTEGER'} PRIMARY KEY, job TEXT, from_state TEXT,
       to_state TEXT, from_fence INTEGER, to_fence INTEGER)`,
  );
  const note = `INSERT INTO watched (job, from_state, to_state, from_fence, to_fence)
     VALUES (OLD.id, OLD.state, NEW.state, OLD.fence, NEW.fence);`;
  const when = 'AFTER UPDATE OF state, fence ON jobs';
  const changed = 'WHEN (OLD.state <> NEW.state OR OLD.fence <> NEW.fence)';
  if (!postgres) return void (await db.run(`CREATE TRIGGER IF NOT EXISTS watch ${when} ${changed} BEGIN ${note} END`));
  await db.run(
    `CREATE OR REPLACE FUNCTION note() RETURNS trigger AS $$ BEGIN ${note} RETURN NULL; END $$ LANGUAGE plpgsql`,
  );
  await db.run('DROP TRIGGER IF EXISTS watch ON jobs');
  await db.run(`CREATE TRIGGER watch ${when} FOR EACH ROW ${changed} EXECUTE FUNCTION note()`);
}

/** The rows of the database and the hashes of the picture files, once the run has ended. */
export async function rowsAtTheEnd(
  db: Database,
  library: Pick<ImageLibrary, 'addressFor'>,
): Promise<Pick<History, 'moves' | 'jobs' | 'permits' | 'images'>> {
  const moves = await db.all('SELECT * FROM watched ORDER BY n');
  const jobs = (await db.all('SELECT * FROM jobs ORDER BY created_at')).map(fromRow);
  const permits = await db.all('SELECT * FROM permits ORDER BY granted_at');
  const images = (await db.all(`SELECT * FROM images WHERE kind = 'generated' ORDER BY created_at`)).map(toRecord);
  return {
    moves: moves.map((row) => ({
      job: String(row['job']),
      from: stateOf(row['from_state']),
      to: stateOf(row['to_state']),
      fromFence: Number(row['from_fence']),
      toFence: Number(row['to_fence']),
    })),
    jobs: jobs.map(({ id, principal, facts, state, replaces, outputs, warnings }) => {
      const offered = outputs.map(({ url }) => new URL(url).pathname);
      return { id, principal, prompt: facts.prompt ?? '', state, replaces, offered, warnings };
    }),
    permits: permits.map(({ job, attempt, outcome, request_id: requestId }) => ({
      job: String(job),
      attempt: Number(attempt),
      outcome: outcome === null ? undefined : String(outcome),
      requestId: String(requestId),
    })),
    images: await Promise.all(
      images.map(async (image) => {
        const bytes = await readFile((await library.addressFor(image)) ?? '').catch(() => undefined);
        const file = bytes && createHash('sha256').update(bytes).digest('hex');
        const { id, principal, job = '', index: place, sha256 } = image;
        return { id, principal, job, place, sha256, file };
      }),
    ),
  };
}

/** Everything in the database but the one column that holds signed URLs, and the body, as text to search. */
export async function textOfRows(db: Database): Promise<string> {
  const tables = ['jobs', 'permits', 'images', 'uploads', 'cooldowns'];
  const rows = await Promise.all(tables.map((table) => db.all(`SELECT * FROM ${table}`)));
  return JSON.stringify(rows.flat().map(({ outputs: _signed, ...row }) => row));
}

function stateOf(value: unknown): JobState {
  const state = JOB_STATES.find((name) => name === value);
  if (state === undefined) throw new Error(`${String(value)} is no state`);
  return state;
}

/** Collects the operations of all clients, and the text of what they were answered. */
export class OperationLog {
  readonly operations: Operation[] = [];
  readonly answers: string[] = [];

  /** Runs one call of a principal; what it throws is a `fail`. */
  async ask<T>(
    about: Pick<Operation, 'process' | 'principal' | 'call' | 'prompt'>,
    work: () => Promise<T>,
    read: (result: T) => readonly JobView[],
  ): Promise<T> {
    try {
      const result = await work();
      const views = read(result);
      const told = views.length === 1 ? views[0]?.state : undefined;
      const images = views.flatMap((view) => view.images.map(({ id }) => id));
      this.operations.push({ ...about, outcome: 'ok', jobs: views.map(({ id }) => id), images, told });
      this.answers.push(JSON.stringify(views.map(({ results: _own, ...view }) => view)));
      return result;
    } catch (error) {
      this.operations.push({ ...about, outcome: 'fail', jobs: [], images: [], told: undefined });
      this.answers.push(error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : String(error));
      throw error;
    }
  }
}
