import type { Config } from '../../config/resolve.ts';
import type { BlobStore } from '../../images/blobs/blob-store.ts';
import { createFileBlobStore, incomingIn } from '../../images/blobs/file-blob-store.ts';
import { imageMigrations } from '../../images/library/schema.ts';
import { jobMigrations } from '../../jobs/store/schema.ts';
import { restoreSpending } from '../../maintenance/restore-spending.ts';
import { Maintenance } from '../../maintenance/schedule.ts';
import { collectGarbage } from '../../shared/collect-garbage.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database } from '../../store/database.ts';
import { openStore } from '../../store/open.ts';
import { auditLogPath, databaseAddress, picturesFolder } from './data-paths.ts';

interface Effects {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Opens the database of this configuration, applies the migrations of all rooms, and takes the last day's spending from the
 * record where the database does not know it.
 * @throws Problem when the database cannot be opened, or is new and has a record that cannot be read
 */
export async function openDatabase(config: Config, effects: Effects): Promise<Database> {
  const migrations = [imageMigrations, jobMigrations];
  const db = await openStore({ ...databaseAddress(config), migrations, ...effects, collectGarbage });
  try {
    await restoreSpending(db, auditLogPath(config), effects.logger);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** The blob store of this configuration. Nothing is opened before its first use. */
export function openBlobs(config: Config, effects: Effects): BlobStore {
  return createFileBlobStore({ folder: picturesFolder(config), ...effects });
}

/** Where composites keep what they have decoded, for a moment. */
export function incomingFolder(config: Config): string {
  return incomingIn(picturesFolder(config));
}

/** The maintenance of this configuration: retention, garbage collection, audit log. */
export function createMaintenance(
  db: Database,
  blobs: BlobStore,
  config: Config,
  { clock, logger }: Effects,
): Maintenance {
  const { retentionDays, retentionBytes } = config;
  return new Maintenance({ db, blobs, auditLog: auditLogPath(config), retentionDays, retentionBytes, clock, logger });
}

/**
 * Maintenance for a command, which needs the database but not Adobe.
 * @throws Problem when the database cannot be opened
 */
export async function openMaintenance(
  config: Config,
  effects: Effects,
): Promise<{ readonly maintenance: Maintenance; readonly close: () => Promise<void> }> {
  const db = await openDatabase(config, effects);
  return { maintenance: createMaintenance(db, openBlobs(config, effects), config, effects), close: () => db.close() };
}
