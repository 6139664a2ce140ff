import type { SqlRow, SqlValue } from '../database.ts';

/** A prepared statement: the part that `node:sqlite` and `@photostructure/sqlite` share. */
export interface SqliteStatement {
  all(...params: SqlValue[]): unknown[];
  run(...params: SqlValue[]): { changes: number | bigint };
}

/** A connection: the part that both drivers share. */
export interface SqliteConnection {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/** One of the drivers, as this process can load it. */
export interface SqliteDriver {
  open(path: string): SqliteConnection;
  /** Whether its SQLite is free of the WAL-reset bug; without that, only a rollback journal is safe for several processes. */
  readonly isWalSafe: boolean;
}

/**
 * The first SQLite without the WAL-reset bug of 3.7.0 to 3.51.2, which can corrupt a database that several connections write
 * (https://www.sqlite.org/wal.html#walresetbug).
 */
const FIRST_SAFE_VERSION = [3, 51, 3] as const;

/**
 * Loads Node's own SQLite where it is new enough, else `@photostructure/sqlite`. Where that is not installed, as in the
 * bundle for Claude Desktop, which holds no native module, an older SQLite of Node's own is taken.
 * @throws Error where neither can be loaded
 */
export async function loadSqliteDriver(): Promise<SqliteDriver> {
  const builtin = await loadBuiltin();
  if (builtin?.isWalSafe) return builtin;
  try {
    const { DatabaseSync } = await import('@photostructure/sqlite');
    return { open: (path) => new DatabaseSync(path) as SqliteConnection, isWalSafe: true };
  } catch (error) {
    if (builtin) return builtin;
    throw error;
  }
}

async function loadBuiltin(): Promise<SqliteDriver | undefined> {
  try {
    const { DatabaseSync } = await withoutExperimentalWarning(() => import('node:sqlite'));
    const open = (path: string) => new DatabaseSync(path) as SqliteConnection;
    return { open, isWalSafe: isSafe(versionOf(open)) };
  } catch {
    return undefined;
  }
}

function versionOf(open: SqliteDriver['open']): string {
  const connection = open(':memory:');
  try {
    const [row] = connection.prepare('SELECT sqlite_version() AS version').all() as SqlRow[];
    return String(row?.['version']);
  } finally {
    connection.close();
  }
}

/** Whether this SQLite is free of the WAL-reset bug. */
export function isSafe(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [place, least] of FIRST_SAFE_VERSION.entries()) {
    const part = parts[place] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

/** Suppresses Node 22's warning on stderr that its SQLite is experimental, and no other warning. */
async function withoutExperimentalWarning<T>(load: () => Promise<T>): Promise<T> {
  const emit = process.emitWarning.bind(process);
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (String(warning).includes('SQLite is an experimental feature')) return;
    emit(warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return await load();
  } finally {
    process.emitWarning = emit;
  }
}
