import { chmod } from 'node:fs/promises';
import type { Clock } from '../../shared/clock.ts';
import { Problem } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database } from '../database.ts';
import { SqliteDatabase } from './database.ts';
import { loadSqliteDriver, type SqliteConnection, type SqliteDriver } from './driver.ts';
import { isBusy, isCorrupt, toStoreProblem } from './errors.ts';
import { prepareLocation, quarantine } from './location.ts';

/** Location and dependencies of a store in SQLite. */
export interface SqliteOptions {
  /** Absolute path of the database file. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Set on every connection and read back, as drivers differ in their defaults (https://www.sqlite.org/pragma.html). */
const PRAGMAS: readonly (readonly [name: string, value: string, readsBackAs: string | number])[] = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['wal_autocheckpoint', '1000', 1000],
  // `SqliteDatabase` waits for locks itself, as the driver's wait would block the event loop.
  ['busy_timeout', '0', 0],
  ...(process.platform === 'darwin' ? ([['fullfsync', 'ON', 1]] as const) : []),
];

const OPEN_ATTEMPTS = 60;

/**
 * Opens the database, or makes it. A damaged file is renamed and logged as an error; it is neither used nor deleted.
 * @throws Problem `home_unusable`, `home_on_network`, `store_failed`, `store_unavailable`
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { path, clock, logger } = options;
  await prepareLocation(path);
  const driver = await loadDriver();
  try {
    return await connectBoth(driver, options);
  } catch (error) {
    if (!isCorrupt(error)) throw toStoreProblem(error, path);
    const renamed = await quarantine(path, clock.now());
    logger.error('store_damaged', { moved_to: renamed, next: 'A new, empty store is used from now on.' });
    return connectBoth(driver, options);
  }
}

async function loadDriver(): Promise<SqliteDriver> {
  try {
    return await loadSqliteDriver();
  } catch (error) {
    throw new Problem('store_unavailable', 'No usable SQLite was found.', {
      next: 'Use Node 22.13 or newer, or install the optional dependency @photostructure/sqlite.',
      cause: error,
    });
  }
}

async function connectBoth(driver: SqliteDriver, options: SqliteOptions): Promise<Database> {
  const writer = await connect(driver, options);
  const reader = await connect(driver, options);
  await chmod(options.path, 0o600);
  return new SqliteDatabase({ ...options, writer, reader });
}

async function connect(driver: SqliteDriver, { path, clock, random }: SqliteOptions): Promise<SqliteConnection> {
  for (let attempt = 1; ; attempt += 1) {
    let connection: SqliteConnection | undefined;
    try {
      connection = driver(path);
      configure(connection);
      return connection;
    } catch (error) {
      connection?.close();
      if (!isBusy(error) || attempt >= OPEN_ATTEMPTS) throw error;
      await clock.sleep(20 + random.float() * 80);
    }
  }
}

function configure(connection: SqliteConnection): void {
  for (const [name, value] of PRAGMAS) connection.exec(`PRAGMA ${name} = ${value}`);
  for (const [name, , expected] of PRAGMAS) {
    const [row] = connection.prepare(`PRAGMA ${name}`).all() as Record<string, unknown>[];
    const actual = Object.values(row ?? {})[0];
    if (actual === expected) continue;
    throw new Problem('store_failed', `SQLite did not accept ${name}: it reads back ${String(actual)}.`, {
      next: 'Set FIREFLY_HOME to a folder on an ordinary local disk.',
    });
  }
}
