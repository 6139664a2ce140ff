/** A value that both dialects store. Times are epoch milliseconds, flags 0 or 1, structured values JSON text. */
export type SqlValue = string | number | null;

/** One row, by column name. Each room checks its rows with a schema of its own. */
export type SqlRow = Record<string, SqlValue>;

/**
 * Runs statements in the SQL that SQLite and PostgreSQL share: `?` placeholders, `ON CONFLICT`, `RETURNING`, no function
 * of one dialect alone. Statements are constants; values are always parameters.
 */
export interface Queryable {
  all(sql: string, params?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** The first row, if any. */
  first(sql: string, params?: readonly SqlValue[]): Promise<SqlRow | undefined>;
  /** @returns the number of rows that the statement changed */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
}

/**
 * One transaction: it commits when its work resolves, and rolls back when it throws. SQLite runs one at a time. In
 * PostgreSQL (READ COMMITTED) others run meanwhile, so a decision from one row needs that row locked, and a decision from
 * many rows a named lock, taken first. Locks are taken in one order: named locks of the queue, jobs, everything else
 * (docs/jobs.md#two-dialects).
 */
export interface Transaction extends Queryable {
  /**
   * Time of the database, which all processes share, epoch milliseconds: the beginning of the transaction, or the moment
   * when it got its latest named lock.
   */
  readonly now: number;
  /** End of a SELECT that locks its rows until this transaction ends; empty where transactions never run side by side. */
  readonly forUpdate: '' | 'FOR UPDATE';
  /** As `forUpdate`, but skips rows that another transaction has locked instead of waiting for them. */
  readonly forUpdateOrSkip: '' | 'FOR UPDATE SKIP LOCKED';
  /** Waits until no other transaction holds the lock of this name, and holds it until this one ends. */
  lock(name: string): Promise<void>;
  /** Wakes the watchers of a channel once this transaction is committed. Costs no round trip. */
  wake(channel: string): void;
}

/** How a transaction may be run. */
export interface TransactionOptions {
  /**
   * Whether the work recognises what an earlier run of it has written, so that it may run again even where the outcome of
   * that run is unknown.
   */
  readonly repeatable?: boolean;
}

/** A durable database shared by every process of an installation. */
export interface Database extends Queryable {
  readonly dialect: 'sqlite' | 'postgres';
  /**
   * Runs `work`; durable (fsynced) once this resolves. `work` must await nothing but the transaction itself, and may run
   * again from its start where the database has surely undone the earlier run (a deadlock, a lost connection).
   * @throws Problem `store_busy` where another process keeps the database locked, `store_full`, `store_failed`,
   *   `store_unreachable`, `store_read_only`, and `store_outcome_unknown` where the connection broke during the commit
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Time of the database, epoch milliseconds. */
  now(): Promise<number>;
  /**
   * A number that changes with every commit of any process; undefined where the database has none that is cheap to ask
   * for.
   */
  version(): Promise<number | undefined>;
  /**
   * Calls `onWake` after the commit of a transaction that wakes the channel: of this process, and in PostgreSQL of any
   * other. Wakes of other processes can be lost, late, or without a cause, so a watcher also has to poll from time to
   * time. Disposing ends the watch.
   */
  watch(channel: string, onWake: () => void): Disposable;
  close(): Promise<void>;
}

/** The schema of one room: statements that run in order, each exactly once. A released statement never changes. */
export interface Migrations {
  /** Name of this schema among those of one database. */
  readonly name: string;
  readonly steps: readonly string[];
}
