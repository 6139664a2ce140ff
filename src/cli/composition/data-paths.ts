import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import { databaseLocation } from '../../store/database-url.ts';

/** Where the jobs of this configuration are kept: a path, or the address of a server. */
export function databaseAddress(config: Pick<Config, 'home' | 'databaseUrl'>): {
  path: string;
  url: string | undefined;
} {
  return { path: join(config.home, 'firefly.sqlite'), url: config.databaseUrl };
}

/** The SQLite file of this configuration; undefined where a server keeps the jobs. */
export function databasePath(config: Pick<Config, 'home' | 'databaseUrl'>): string | undefined {
  const { path, url } = databaseAddress(config);
  const place = databaseLocation(url ?? path);
  return place.dialect === 'sqlite' ? place.path : undefined;
}

/** False where there surely is no job yet, without opening anything. */
export function mayHoldJobs(config: Config): boolean {
  const path = databasePath(config);
  return path === undefined || existsSync(path);
}

/** Folder of the images. */
export function picturesFolder(config: Pick<Config, 'home'>): string {
  return join(config.home, 'images');
}

/** File of the audit log. */
export function auditLogPath(config: Pick<Config, 'home'>): string {
  return join(config.home, 'audit.jsonl');
}
