import type { SqlRow, SqlValue } from '../database.ts';

/** A prepared statement, as `node:sqlite` and `@photostructure/sqlite` both have it. */
export interface SqliteStatement {
  all(...params: SqlValue[]): unknown[];
  run(...params: SqlValue[]): { changes: number | bigint };
}

/** A connection, as both drivers have it. */
export interface SqliteConnection {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/** Opens connections of one driver. */
export type SqliteDriver = (path: string) => SqliteConnection;

/**
 * The first SQLite without the WAL-reset bug, which corrupts databases that several processes write
 * (3.7.0–3.51.2; reliability notes §3.1).
 */
const FIRST_SAFE_VERSION = [3, 51, 3] as const;

/**
 * Node's own SQLite where it is new enough, else the packaged one with the same interface.
 * @throws Error when neither can be loaded
 */
export async function loadSqliteDriver(): Promise<SqliteDriver> {
  const builtin = await loadBuiltin();
  if (builtin) return builtin;
  const { DatabaseSync } = await import('@photostructure/sqlite');
  return (path) => new DatabaseSync(path) as SqliteConnection;
}

async function loadBuiltin(): Promise<SqliteDriver | undefined> {
  try {
    const { DatabaseSync } = await withoutExperimentalWarning(() => import('node:sqlite'));
    const driver: SqliteDriver = (path) => new DatabaseSync(path) as SqliteConnection;
    return isSafe(versionOf(driver)) ? driver : undefined;
  } catch {
    return undefined;
  }
}

function versionOf(driver: SqliteDriver): string {
  const connection = driver(':memory:');
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

/** Node 22 warns on stderr that its SQLite is experimental; that one line is kept back, every other one passes. */
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
