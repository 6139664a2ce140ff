import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { Random } from '../shared/random.ts';
import type { Database, Migrations } from './database.ts';
import { migrate } from './migrate.ts';

/** Where the database is and what its rooms keep in it. */
export interface StoreOptions {
  /** Absolute path of the SQLite file. */
  readonly path: string;
  readonly migrations: readonly Migrations[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Opens the store and brings its schema up to date.
 * @throws Problem `home_unusable`, `home_on_network`, `store_newer`, `store_failed`, `store_unavailable`, `store_busy`
 */
export async function openStore(options: StoreOptions): Promise<Database> {
  const { openSqlite } = await import('./sqlite/open.ts');
  const db = await openSqlite(options);
  try {
    await migrate(db, options.migrations);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}
