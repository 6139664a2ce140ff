import type { Clock } from '../../shared/time/clock.ts';
import { Problem } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database } from '../database.ts';
import { SqliteDatabase } from './database.ts';
import { loadSqliteDriver, type SqliteConnection, type SqliteDriver } from './driver.ts';
import { isBusy, isCorrupt, toStoreProblem } from './errors.ts';
import { configure } from './pragmas.ts';
import { prepareLocation, quarantine } from './location.ts';

/** Location and dependencies of a store in SQLite. */
export interface SqliteOptions {
  /** Absolute path of the database file. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The driver in place of the best that this Node offers. */
  readonly driver?: SqliteDriver;
  /** Makes the end of the last connection delete the files beside the database, whatever the driver. */
  readonly collectGarbage?: (() => void) | undefined;
}

const OPEN_ATTEMPTS = 60;

/**
 * Opens the database, or makes it. A damaged file is renamed and logged as an error; it is neither used nor deleted.
 * @throws Problem `home_unusable`, `home_on_network`, `store_failed`, `store_busy`, `store_unavailable`
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { path, clock, logger } = options;
  await prepareLocation(path);
  const driver = options.driver ?? (await loadDriver());
  try {
    return await connectBoth(driver, options);
  } catch (error) {
    if (!isCorrupt(error)) throw toStoreProblem(error, path);
    const renamed = await quarantine(path, clock.now());
    await prepareLocation(path);
    logger.error('store_damaged', { moved_to: renamed, next: 'A new, empty store is used from now on.' });
    return connectBoth(driver, options);
  }
}

async function loadDriver(): Promise<SqliteDriver> {
  try {
    return await loadSqliteDriver();
  } catch (error) {
    throw new Problem('store_unavailable', `No usable SQLite was found: Node ${process.versions.node} brings none.`, {
      next: 'Use Node 22.13 or newer (within an app that brings its own Node: update the app), or install the optional dependency @photostructure/sqlite.',
      cause: error,
    });
  }
}

async function connectBoth(driver: SqliteDriver, options: SqliteOptions): Promise<Database> {
  const writer = await connect(driver, options);
  const reader = await connect(driver, options);
  return new SqliteDatabase({ ...options, writer, reader });
}

async function connect(driver: SqliteDriver, { path, clock, random }: SqliteOptions): Promise<SqliteConnection> {
  for (let attempt = 1; ; attempt += 1) {
    let connection: SqliteConnection | undefined;
    try {
      connection = driver.open(path);
      configure(connection, driver.isWalSafe);
      return connection;
    } catch (error) {
      connection?.close();
      if (!isBusy(error)) throw error;
      if (attempt >= OPEN_ATTEMPTS) throw driver.isWalSafe ? error : tooOldToShare(error);
      await clock.sleep(20 + random.float() * 80);
    }
  }
}

/** The store is in WAL and another process has it open, or holds a lock for seconds. */
function tooOldToShare(cause: unknown): Problem {
  return new Problem(
    'store_unavailable',
    'Another program has the job store open, and this one’s SQLite is too old to share it.',
    {
      next: 'Close the other programs that use Firefly MCP and repeat the call, or update the program that runs this server: it needs a Node with SQLite 3.51.3 or newer.',
      cause,
    },
  );
}
