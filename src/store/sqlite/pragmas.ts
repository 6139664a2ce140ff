import { Problem } from '../../shared/errors.ts';
import type { SqliteConnection } from './driver.ts';

type Pragma = readonly [name: string, value: string, readsBackAs: string | number];

const WAL: readonly Pragma[] = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['wal_autocheckpoint', '1000', 1000],
];

/** `EXTRA` also syncs the folder: without that, a power cut could bring a deleted journal back, and undo a commit. */
const ROLLBACK_JOURNAL: readonly Pragma[] = [
  ['journal_mode', 'DELETE', 'delete'],
  ['synchronous', 'EXTRA', 3],
];

/** Set on every connection and read back, as drivers differ in their defaults (https://www.sqlite.org/pragma.html). */
const COMMON: readonly Pragma[] = [
  ['foreign_keys', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  // `SqliteDatabase` waits for locks itself, as the driver's wait would block the event loop.
  ['busy_timeout', '0', 0],
  ...(process.platform === 'darwin' ? ([['fullfsync', 'ON', 1]] as const) : []),
];

/**
 * Sets what makes commits durable and safe for several processes.
 * @throws Problem `store_failed` where a setting does not read back
 */
export function configure(connection: SqliteConnection, isWalSafe: boolean): void {
  const pragmas = [...(isWalSafe && !hasRollbackJournal(connection) ? WAL : ROLLBACK_JOURNAL), ...COMMON];
  for (const [name, value] of pragmas) connection.exec(`PRAGMA ${name} = ${value}`);
  for (const [name, , expected] of pragmas) {
    const actual = read(connection, name);
    if (actual === expected) continue;
    throw new Problem('store_failed', `SQLite did not accept ${name}: it reads back ${String(actual)}.`, {
      next: 'Set FIREFLY_HOME to a folder on an ordinary local disk.',
    });
  }
}

/**
 * Whether a process with an older SQLite made this database, or converted it. That process may have it open now, and
 * would follow into WAL, so the journal stays as it is.
 */
function hasRollbackJournal(connection: SqliteConnection): boolean {
  return read(connection, 'journal_mode') !== 'wal' && Number(read(connection, 'page_count')) > 0;
}

function read(connection: SqliteConnection, pragma: string): unknown {
  const [row] = connection.prepare(`PRAGMA ${pragma}`).all() as Record<string, unknown>[];
  return Object.values(row ?? {})[0];
}
