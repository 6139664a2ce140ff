import { join } from 'node:path';
import type { Config } from '../config/resolve.ts';
import { imageMigrations } from '../images/schema.ts';
import { Housekeeping } from '../jobs/housekeeping/index.ts';
import { jobMigrations } from '../jobs/schema.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { Random } from '../shared/random.ts';
import type { Database } from '../store/database.ts';
import { openStore } from '../store/open.ts';
import { databasePath } from './compose.ts';

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Where the pictures of a home lie. */
export function picturesFolder(config: Pick<Config, 'home'>): string {
  return join(config.home, 'images');
}

/** What goes on beside the jobs, for this configuration. */
export function housekeepingOf(db: Database, config: Config, parts: Parts): Housekeeping {
  const { home, retentionDays, retentionBytes } = config;
  return new Housekeeping({
    db,
    pictures: picturesFolder(config),
    auditLog: join(home, 'audit.jsonl'),
    retentionDays,
    retentionBytes,
    ...parts,
  });
}

/**
 * Housekeeping by hand: the store alone is opened, Adobe is not needed.
 * @throws Problem when the store cannot be opened
 */
export async function openHousekeeping(
  config: Config,
  parts: Parts,
): Promise<{ readonly house: Housekeeping; readonly close: () => Promise<void> }> {
  const db = await openStore({
    path: databasePath(config) ?? '',
    url: config.databaseUrl,
    migrations: [imageMigrations, jobMigrations],
    ...parts,
  });
  return { house: housekeepingOf(db, config, parts), close: () => db.close() };
}
