import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import { databaseLocation } from '../../store/database-url.ts';

/** Location of the job store: a SQLite file, unless `url` names a database. */
export function databaseAddress(config: Pick<Config, 'home' | 'databaseUrl'>): {
  path: string;
  url: string | undefined;
} {
  return { path: join(config.home, 'firefly.sqlite'), url: config.databaseUrl };
}

/** The SQLite file of the job store; undefined with PostgreSQL. */
export function databasePath(config: Pick<Config, 'home' | 'databaseUrl'>): string | undefined {
  const { path, url } = databaseAddress(config);
  const location = databaseLocation(url ?? path);
  return location.dialect === 'sqlite' ? location.path : undefined;
}

/** Whether the job store may exist, without opening it: always true with PostgreSQL. */
export function mayHoldJobs(config: Config): boolean {
  const path = databasePath(config);
  return path === undefined || existsSync(path);
}

/**
 * As `mayHoldJobs`, for commands that say "there are no jobs yet": of a folder that cannot be used this would be untrue.
 * Leaves nothing behind.
 * @throws Problem `home_unusable`
 */
export async function holdsJobs(config: Config): Promise<boolean> {
  if (mayHoldJobs(config)) return true;
  const folder = dirname(databasePath(config) ?? config.home);
  try {
    // By trying: permission bits say nothing of /proc and of read-only disks.
    rmdirSync(mkdtempSync(join(nearestExisting(folder), '.firefly-')));
    return false;
  } catch (error) {
    const { unusableFolder } = await import('../../store/sqlite/location.ts');
    throw unusableFolder(folder, error);
  }
}

/** The path, or the nearest of its parents that exists. */
export function nearestExisting(path: string): string {
  const parent = dirname(path);
  return existsSync(path) || parent === path ? path : nearestExisting(parent);
}

/** Folder of the pictures. */
export function picturesFolder(config: Pick<Config, 'home'>): string {
  return join(config.home, 'images');
}

/** File of the audit log. */
export function auditLogPath(config: Pick<Config, 'home'>): string {
  return join(config.home, 'audit.jsonl');
}
