import type { Clock } from '../shared/time/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { Random } from '../shared/random.ts';
import type { Database, Migrations } from './database.ts';
import { migrate } from './migrate.ts';
import { databaseLocation } from './database-url.ts';

/** Location, schema and dependencies of the store. */
export interface StoreOptions {
  /** Absolute path of the SQLite file that is used without a `url`. */
  readonly path: string;
  /** `postgres://…`, `sqlite:` with an absolute path, or an absolute path. May hold a password. */
  readonly url?: string | undefined;
  readonly migrations: readonly Migrations[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** With SQLite: leaves the database file alone at the end. It takes some tens of milliseconds. */
  readonly collectGarbage?: (() => void) | undefined;
}

/**
 * Opens the store and brings its schema up to date.
 * @throws Problem `home_unusable`, `home_on_network`, `store_newer`, `store_failed`, `store_unavailable`, `store_busy`;
 *   for PostgreSQL also `store_unreachable`, `store_refused`, `store_read_only`, `store_too_old`
 */
export async function openStore(options: StoreOptions): Promise<Database> {
  const db = await connect(options);
  try {
    await migrate(db, options.migrations);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function connect({ path, url, clock, random, logger, collectGarbage }: StoreOptions): Promise<Database> {
  const location = databaseLocation(url ?? path);
  if (location.dialect === 'sqlite') {
    const { openSqlite } = await import('./sqlite/open.ts');
    return openSqlite({ path: location.path, clock, random, logger, collectGarbage });
  }
  const { openPostgres } = await import('./postgres/open.ts');
  return openPostgres({ url: location.url, clock, random, logger });
}
