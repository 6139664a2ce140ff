/** A value that both dialects store. Times are epoch milliseconds, flags 0 or 1, structured values JSON text. */
export type SqlValue = string | number | null;

/** One row, by column name. Rooms parse it with a zod schema of their own. */
export type SqlRow = Record<string, SqlValue>;

/**
 * Runs statements in the SQL that SQLite and PostgreSQL share: `?` placeholders, `ON CONFLICT`, `RETURNING`, no
 * functions of one dialect. Statements are constants; values only ever come in as parameters.
 */
export interface Queryable {
  all(sql: string, params?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** The first row, if any. */
  first(sql: string, params?: readonly SqlValue[]): Promise<SqlRow | undefined>;
  /** How many rows the statement changed. */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
}

/**
 * One transaction: it commits when its work resolves, and rolls back when it throws. SQLite runs one at a time. In
 * PostgreSQL (READ COMMITTED) others go on meanwhile, so what is decided from a row needs that row locked, and what is
 * decided from many rows needs a named lock, taken first. The order is: named locks of the queue, jobs, everything else.
 */
export interface Transaction extends Queryable {
  /**
   * The database's own time, epoch milliseconds: when the transaction began, or got its latest named lock. All
   * processes share it.
   */
  readonly now: number;
  /** Ends a SELECT whose rows nobody else may change before this transaction ends; empty where nobody can anyway. */
  readonly forUpdate: '' | 'FOR UPDATE';
  /** The same, but leaves out rows that another transaction has locked instead of waiting for them. */
  readonly forUpdateOrSkip: '' | 'FOR UPDATE SKIP LOCKED';
  /** Keeps every other transaction that names the same lock out until this one ends. */
  lock(name: string): Promise<void>;
  /** Once this transaction is committed, wakes whoever watches the channel. Costs no round trip. */
  wake(channel: string): void;
}

/** How a transaction wants to be run. */
export interface TransactionOptions {
  /**
   * The work finds out by itself what an earlier run of it has written, so that it may run again even when nobody can
   * tell whether that run was committed.
   */
  readonly repeatable?: boolean;
}

/** A durable database shared by every process of an installation. */
export interface Database extends Queryable {
  readonly dialect: 'sqlite' | 'postgres';
  /**
   * Runs `work`; durable (fsynced) once this resolves. `work` must await nothing but the transaction itself, and may be
   * run again from its start when the database has surely undone the earlier run (a deadlock, a lost connection).
   * @throws Problem `store_busy` when somebody keeps the database locked, `store_full`, `store_failed`,
   *   `store_unreachable`, `store_read_only`, and `store_outcome_unknown` when the connection broke during the commit
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** The database's own time, epoch milliseconds. */
  now(): Promise<number>;
  /**
   * Calls `onWake` when a transaction that wakes the channel was committed: by this process, and in PostgreSQL by any
   * other one too. Wakes of others can be lost, late, or for nothing, so whoever watches looks from time to time as
   * well. The watch ends when it is disposed of.
   */
  watch(channel: string, onWake: () => void): Disposable;
  close(): Promise<void>;
}

/** The schema of one room: statements to run in order, each exactly once. Never edit one that has been released. */
export interface Migrations {
  readonly room: string;
  readonly steps: readonly string[];
}
