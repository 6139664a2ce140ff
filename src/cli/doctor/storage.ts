import { readdir, stat, statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import type { DiskUse } from '../../images/blobs/disk-use.ts';
import type { AuditStatus } from '../../maintenance/audit-log.ts';
import type { Maintenance } from '../../maintenance/schedule.ts';
import { commandHint } from '../../render/demo.ts';
import { counted, humanBytes } from '../../render/phrases.ts';
import { databasePath, nearestExisting } from '../composition/data-paths.ts';
import type { Check, Finding } from './check.ts';

/** A picture takes about 5 MB: with less than this, a few calls fill the disk. */
const DISK_FAIL_BYTES = 100e6;
const DISK_WARN_BYTES = 1e9;
/** What `openSqlite` appends to the name of a damaged store, without its journals. */
const DAMAGED = /^\.damaged-[\dTZ.-]+$/;

/** Checks of the data folder: use, free space, record of spending. `open` opens the job store for the first check that needs it. */
export function storageChecks(config: Config, open: () => Promise<Maintenance>): readonly Check[] {
  return [
    { name: 'job store', run: () => lookAtStore(config, open) },
    { name: 'disk use', run: () => judgeDiskUse(config, open) },
    { name: 'disk space', run: async () => judgeFreeBytes(await freeBytes(config.home), config) },
    { name: 'audit log', run: async () => judgeAudit(await (await open()).audit.status()) },
  ];
}

async function lookAtStore(config: Config, open: () => Promise<Maintenance>): Promise<Finding> {
  const restoredAt = await (await open()).spendingRestoredAt();
  const record = databasePath(config) === undefined ? 'table spending_record' : 'audit.jsonl';
  return judgeStore(await damagedStores(config), restoredAt, record);
}

/** Names of the damaged stores that were set aside, the newest last. Looked for after the store was opened. */
async function damagedStores(config: Config): Promise<readonly string[]> {
  const path = databasePath(config);
  if (path === undefined) return [];
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .filter((name) => DAMAGED.test(name.slice(basename(path).length)) && name.startsWith(basename(path)))
    .sort();
}

/** Whether the job store began anew, and whether that has lost the account of what was spent. */
function judgeStore(damaged: readonly string[], restoredAt: number | undefined, record: string): Finding {
  const spending =
    restoredAt === undefined
      ? `no spending was taken from ${record} into it`
      : `the last day’s spending was taken from ${record} into it on ${new Date(restoredAt).toISOString()}`;
  const newest = damaged.at(-1);
  if (newest === undefined) {
    return {
      verdict: 'ok',
      message: restoredAt === undefined ? 'sound' : `sound; it did not know all that was spent, and ${spending}`,
    };
  }
  return {
    verdict: 'warn',
    message: `it was damaged and set aside as ${newest}, and a new one begun; ${spending}`,
    next: 'Jobs and handles of the old one are not shown; its pictures are in the folder images. Move that file away once you do not need it.',
  };
}

async function judgeDiskUse(config: Config, open: () => Promise<Maintenance>): Promise<Finding> {
  const maintenance = await open();
  const path = databasePath(config);
  const sizes = path === undefined ? [] : await Promise.all(['', '-wal'].map((suffix) => sizeOf(path + suffix)));
  const database = path === undefined ? undefined : sizes.reduce((total, size) => total + size, 0);
  return judgeUse(await maintenance.diskUse(), { database, auditLog: await sizeOf(maintenance.audit.path), config });
}

/** Length of a file in bytes; 0 without a file. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}

interface UseContext {
  /** Bytes; undefined with PostgreSQL. */
  readonly database: number | undefined;
  /** Bytes. */
  readonly auditLog: number;
  readonly config: Pick<Config, 'retentionDays' | 'retentionBytes' | 'demo'>;
}

/** Disk space by kind of file, and whether pictures take more than FIREFLY_RETENTION_GB. */
export function judgeUse({ originals, copies, others }: DiskUse, { database, auditLog, config }: UseContext): Finding {
  const { retentionDays: days, retentionBytes: limit } = config;
  const rules = [
    days === undefined ? undefined : `deleted after ${counted(days, 'day')}`,
    limit === undefined ? undefined : `limit ${humanBytes(limit)}`,
  ].filter((rule) => rule !== undefined);
  const rule = rules.length === 0 ? 'kept until you delete them' : rules.join(', ');
  const message = [
    `pictures ${humanBytes(originals.bytes)} in ${counted(originals.files, 'file')} (${rule})`,
    `copies for Adobe ${humanBytes(copies.bytes)}`,
    `other files ${humanBytes(others.bytes)}`,
    'previews are not stored',
    `job store ${database === undefined ? 'in PostgreSQL' : humanBytes(database)}`,
    database === undefined ? undefined : `audit log ${humanBytes(auditLog)}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
  if (limit === undefined || originals.bytes <= limit) return { verdict: 'ok', message };
  return {
    verdict: 'warn',
    message: `${message}; that is more than FIREFLY_RETENTION_GB allows`,
    next: `A server deletes the oldest once an hour; "${commandHint('clean', config)}" does so now, and says what it has to keep.`,
  };
}

async function freeBytes(home: string): Promise<number> {
  const { bavail, bsize } = await statfs(nearestExisting(home));
  return bavail * bsize;
}

/** Whether the disk has room for pictures. */
export function judgeFreeBytes(bytes: number, config: Pick<Config, 'demo'>): Finding {
  const message = `${(bytes / 1e9).toFixed(1)} GB free`;
  if (bytes >= DISK_WARN_BYTES) return { verdict: 'ok', message };
  const next = `Free some space ("${commandHint('clean', config)}" deletes old pictures), or set FIREFLY_HOME to another disk.`;
  return { verdict: bytes < DISK_FAIL_BYTES ? 'fail' : 'warn', message, next };
}

/** Whether every paid request that ended is in the record of spending. */
function judgeAudit(status: AuditStatus): Finding {
  if (status.place === 'table') {
    const requests = counted(status.requests, 'request');
    return {
      verdict: 'ok',
      message: `complete: ${requests} that may have been charged in table spending_record of PostgreSQL`,
    };
  }
  const { bytes, missing, isBegun } = status;
  if (missing > 0) {
    return {
      verdict: 'warn',
      message: `incomplete: ${counted(missing, 'request')} that may have been charged not written yet`,
      next: 'A server writes them soon after its start. If one is running, check that it can write audit.jsonl in FIREFLY_HOME and that the disk is not full.',
    };
  }
  if (!isBegun) return { verdict: 'ok', message: 'empty' };
  if (bytes > 0) return { verdict: 'ok', message: 'complete: every request that may have been charged is recorded' };
  return { verdict: 'warn', message: 'missing', next: 'Ignore this if you have moved the file away.' };
}
