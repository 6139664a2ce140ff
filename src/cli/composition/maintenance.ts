import type { Config } from '../../config/resolve.ts';
import { imageMigrations } from '../../images/schema.ts';
import { jobMigrations } from '../../jobs/store/schema.ts';
import { Maintenance } from '../../maintenance/schedule.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database } from '../../store/database.ts';
import { openStore } from '../../store/open.ts';
import { auditLogPath, databaseAddress, picturesFolder } from './data-paths.ts';

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * The database of this configuration, with the schema of every room.
 * @throws Problem when it cannot be opened
 */
export function openDatabase(config: Config, parts: Parts): Promise<Database> {
  return openStore({ ...databaseAddress(config), migrations: [imageMigrations, jobMigrations], ...parts });
}

/** What goes on beside the jobs, for this configuration. */
export function createMaintenance(db: Database, config: Config, { clock, logger }: Parts): Maintenance {
  const { retentionDays, retentionBytes } = config;
  const places = { pictures: picturesFolder(config), auditLog: auditLogPath(config) };
  return new Maintenance({ db, ...places, retentionDays, retentionBytes, clock, logger });
}

/**
 * Maintenance by hand: the database alone is opened, Adobe is not needed.
 * @throws Problem when the database cannot be opened
 */
export async function openMaintenance(
  config: Config,
  parts: Parts,
): Promise<{ readonly maintenance: Maintenance; readonly close: () => Promise<void> }> {
  const db = await openDatabase(config, parts);
  return { maintenance: createMaintenance(db, config, parts), close: () => db.close() };
}
