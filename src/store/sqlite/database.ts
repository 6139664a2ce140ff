import type { Clock } from '../../shared/time/clock.ts';
import type { Random } from '../../shared/random.ts';
import type { Database, Queryable, SqlRow, SqlValue, Transaction } from '../database.ts';
import type { SqliteConnection, SqliteStatement } from './driver.ts';
import { Watchers } from '../watchers.ts';
import { isBusy, toStoreProblem } from './errors.ts';

/** Longest wait for another process's write lock. */
const BUSY_LIMIT_MS = 10_000;

interface Deps {
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Connection of all transactions, which run one after the other. */
  readonly writer: SqliteConnection;
  /** Connection of reads outside transactions, which so never see an uncommitted one. */
  readonly reader: SqliteConnection;
  /** Collects what nothing refers to; see `close`. */
  readonly collectGarbage?: (() => void) | undefined;
}

/** The store in SQLite: one writer and one reader connection for each process (docs/jobs.md#two-dialects). */
export class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly #deps: Deps;
  readonly #writes: Statements;
  readonly #reads: Statements;
  readonly #watchers = new Watchers();
  /** The number of commits, until the code that asks for it pauses. */
  #version: Promise<number> | undefined;
  /** The end of the queue of transactions of this process. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#writes = statements(deps.writer);
    this.#reads = statements(deps.reader);
  }

  all(sql: string, params?: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return this.#withRetries(() => this.#reads.queries.all(sql, params));
  }

  first(sql: string, params?: readonly SqlValue[]): Promise<SqlRow | undefined> {
    return this.#withRetries(() => this.#reads.queries.first(sql, params));
  }

  run(sql: string, params?: readonly SqlValue[]): Promise<number> {
    return this.transaction((tx) => tx.run(sql, params));
  }

  now(): Promise<number> {
    return Promise.resolve(this.#deps.clock.now());
  }

  /**
   * For the reader the connection of the transactions is another one, so that it counts its commits too. Code that runs
   * without a pause asks once: a commit of this process ends the number, and of another one's nothing can arrive meanwhile.
   */
  version(): Promise<number> {
    if (this.#version === undefined) {
      this.#version = this.first('PRAGMA data_version').then((row) => Number(row?.['data_version']));
      process.nextTick(() => (this.#version = undefined));
    }
    return this.#version;
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const done = this.#tail.then(() => this.#transact(work));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  watch(channel: string, onWake: () => void): Disposable {
    return this.#watchers.watch(channel, onWake);
  }

  async close(): Promise<void> {
    await this.#tail;
    await this.#endStatements();
    this.#deps.reader.close();
    this.#moveLogIntoFile();
    this.#deps.writer.close();
  }

  /**
   * Ends the statements, which only Node's own driver does when it closes. A connection with an open one stays, and with it
   * the files of log and shared memory beside the database, which the last connection of all processes deletes.
   */
  async #endStatements(): Promise<void> {
    const { collectGarbage } = this.#deps;
    if (collectGarbage === undefined) return;
    this.#writes.forget();
    this.#reads.forget();
    collectGarbage();
    // Ends what was collected.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /**
   * Checkpoints here, as the last connection does not do so where statements are open: a copy of the one
   * file is whole then. Without effect with a rollback journal, and where another process is reading.
   */
  #moveLogIntoFile(): void {
    try {
      this.#deps.writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Everything committed is in the log, and the next process finds it there.
    }
  }

  async #transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { writer, clock } = this.#deps;
    await this.#withRetries(() => Promise.resolve(writer.exec('BEGIN IMMEDIATE')));
    try {
      // BEGIN IMMEDIATE keeps every other writer out, so locks have nothing to do.
      const locks = { forUpdate: '', forUpdateOrSkip: '', lock: () => Promise.resolve() } as const;
      const woken = new Set<string>();
      const wake = (channel: string) => void woken.add(channel);
      const tx: Transaction = { ...this.#writes.queries, ...locks, now: clock.now(), wake };
      const result = await work(tx);
      await this.#withRetries(() => Promise.resolve(writer.exec('COMMIT')));
      this.#version = undefined;
      this.#watchers.wake(woken);
      return result;
    } catch (error) {
      this.#rollBack();
      throw toStoreProblem(error, this.#deps.path);
    }
  }

  #rollBack(): void {
    try {
      this.#deps.writer.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full.
    }
  }

  async #withRetries<T>(step: () => Promise<T>): Promise<T> {
    const { clock, random, path } = this.#deps;
    const giveUpAt = clock.monotonic() + BUSY_LIMIT_MS;
    for (let wait = 2; ; wait = Math.min(wait * 2, 50)) {
      try {
        return await step();
      } catch (error) {
        if (!isBusy(error) || clock.monotonic() > giveUpAt) throw toStoreProblem(error, path);
        await clock.sleep(wait * (0.5 + random.float()));
      }
    }
  }
}

/** The statements of a connection, each prepared once. */
interface Statements {
  readonly queries: Queryable;
  readonly forget: () => void;
}

function statements(connection: SqliteConnection): Statements {
  const known = new Map<string, SqliteStatement>();
  const prepared = (sql: string): SqliteStatement => {
    const found = known.get(sql);
    if (found) return found;
    const statement = connection.prepare(sql);
    known.set(sql, statement);
    return statement;
  };
  const all = async (sql: string, params: readonly SqlValue[] = []) => prepared(sql).all(...params) as SqlRow[];
  return {
    queries: {
      all,
      first: async (sql, params) => (await all(sql, params))[0],
      run: async (sql, params = []) => Number(prepared(sql).run(...params).changes),
    },
    forget: () => known.clear(),
  };
}
