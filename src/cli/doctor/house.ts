import { statfs } from 'node:fs/promises';
import type { Config } from '../../config/resolve.ts';
import type { DiskUse } from '../../images/disk-use.ts';
import type { AuditCheck } from '../../jobs/housekeeping/audit-check.ts';
import type { Housekeeping } from '../../jobs/housekeeping/index.ts';
import { counted, humanBytes } from '../../render/phrases.ts';
import { databasePath } from '../compose.ts';
import type { Check, Finding } from './check.ts';
import { nearestExisting } from './machine.ts';

/** A picture takes about 5 MB; below this a few calls fill the disk. */
const DISK_FAIL_BYTES = 100e6;
const DISK_WARN_BYTES = 1e9;

/** What lies in the data folder, and whether the record is whole. `open` gives the rooms, once the store is there. */
export function houseChecks(config: Config, open: () => Promise<Housekeeping>): readonly Check[] {
  return [
    { name: 'disk use', run: () => judgeDiskUse(config, open) },
    { name: 'disk space', run: async () => judgeFreeBytes(await freeBytes(config.home)) },
    { name: 'audit log', run: async () => judgeAudit(await (await open()).checkAudit(), databasePath(config)) },
  ];
}

async function judgeDiskUse(config: Config, open: () => Promise<Housekeeping>): Promise<Finding> {
  const house = await open();
  const { sizeOf } = await import('../../images/disk-use.ts');
  const path = databasePath(config);
  const sizes = path === undefined ? [] : await Promise.all(['', '-wal'].map((suffix) => sizeOf(path + suffix)));
  const database = path === undefined ? undefined : sizes.reduce((total, size) => total + size, 0);
  return judgeUse(await house.diskUse(), { database, auditLog: await sizeOf(house.auditLog), config });
}

interface Further {
  /** Bytes; undefined where a server keeps it. */
  readonly database: number | undefined;
  readonly auditLog: number;
  readonly config: Pick<Config, 'retentionDays' | 'retentionBytes'>;
}

/** What takes how much, and whether it is more than it should be. */
export function judgeUse({ originals, copies, others }: DiskUse, { database, auditLog, config }: Further): Finding {
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
    'previews none',
    `job store ${database === undefined ? 'in PostgreSQL' : humanBytes(database)}`,
    `audit log ${humanBytes(auditLog)}`,
  ].join(', ');
  if (limit === undefined || originals.bytes <= limit) return { verdict: 'ok', message };
  return {
    verdict: 'warn',
    message: `${message}; that is more than FIREFLY_RETENTION_GB allows`,
    next: 'A server deletes the oldest once an hour; "firefly-mcp clean" does so now, and says what may not go.',
  };
}

async function freeBytes(home: string): Promise<number> {
  const { bavail, bsize } = await statfs(await nearestExisting(home));
  return bavail * bsize;
}

/** Whether there is room for pictures. */
export function judgeFreeBytes(bytes: number): Finding {
  const message = `${(bytes / 1e9).toFixed(1)} GB free`;
  if (bytes >= DISK_WARN_BYTES) return { verdict: 'ok', message };
  const next = 'Free some space ("firefly-mcp clean" deletes old pictures), or set FIREFLY_HOME to another disk.';
  return { verdict: bytes < DISK_FAIL_BYTES ? 'fail' : 'warn', message, next };
}

/** Whether the audit log is as it was written. `store`: the file of the job store, undefined for a server. */
export function judgeAudit(check: AuditCheck, store: string | undefined): Finding {
  const { lines, from, head, changed, misplaced, missing } = check;
  if (head.number === 0 && lines === 0) return { verdict: 'ok', message: 'empty' };
  const end = `the end is number ${head.number}, ${head.hash.slice(0, 16)}…`;
  const faults = [
    changed.length > 0 ? `changed: line ${changed.join(', ')}` : undefined,
    misplaced.length > 0 ? `not in its place: number ${misplaced.join(', ')}` : undefined,
    missing.length > 0 ? `missing: number ${missing.join(', ')}` : undefined,
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0) {
    const elsewhere =
      store === undefined ? 'Machines that share the store but not the folder each keep their own lines. ' : '';
    return {
      verdict: store === undefined && changed.length + misplaced.length === 0 ? 'warn' : 'fail',
      message: `not as it was written; ${faults.join('; ')} (${end})`,
      next: `${elsewhere}Compare audit.jsonl with a backup: somebody changed it, or the job store is from one.`,
    };
  }
  if (lines === 0) {
    return { verdict: 'warn', message: `not here (${end})`, next: 'Fine where the file was moved away on purpose.' };
  }
  const begin = from === 1 ? '' : ` from number ${from} on`;
  return { verdict: 'ok', message: `${counted(lines, 'line')}${begin}, unbroken; ${end}` };
}
