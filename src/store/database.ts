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

/** A transaction that sees one consistent state. It commits when its work resolves, and rolls back when it throws. */
export interface Transaction extends Queryable {
  /** The database's own time when the transaction began, epoch milliseconds: all processes share it. */
  readonly now: number;
  /** Keeps every other transaction that names the same lock out until this one ends. */
  lock(name: string): Promise<void>;
}

/** A durable database shared by every process of an installation. */
export interface Database extends Queryable {
  readonly dialect: 'sqlite' | 'postgres';
  /**
   * Runs `work` alone against other writers; durable (fsynced) once this resolves. `work` must await nothing but the
   * transaction itself.
   * @throws Problem `store_busy` when another process keeps the database locked, `store_full`, `store_failed`
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The database's own time, epoch milliseconds. */
  now(): Promise<number>;
  close(): Promise<void>;
}

/** The schema of one room: statements to run in order, each exactly once. Never edit one that has been released. */
export interface Migrations {
  readonly room: string;
  readonly steps: readonly string[];
}
