import { fdatasyncSync, fstatSync, readSync, writeSync } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  auditProgress,
  markAudited,
  unauditedPermits,
  type EndedPermit,
} from '../jobs/store/maintenance/audit-queries.ts';
import { countRecorded, recordPlace, type RecordPlace } from '../jobs/store/permits/spending-record.ts';
import { makeFolder, syncFolder } from '../shared/files/folders.ts';
import type { Database, Transaction } from '../store/database.ts';

/** Permits of one transaction. */
const ROUND = 200;
/** Length of the end of the file that is searched for lines of an uncommitted round: longer than any round. */
const TAIL_BYTES = 1024 * 1024;
/** Age of a permit from which a missing line means that no server writes the log. */
const OVERDUE_MS = 60_000;

/** State of the record of spending, as `doctor` shows it. `requests`: rows of its table, with PostgreSQL. */
export type AuditStatus =
  ({ readonly place: 'file' } & AuditFile) | { readonly place: 'table'; readonly requests: number };

/** State of the audit log. */
export interface AuditFile {
  /** Bytes of the file; 0 where there is none. */
  readonly bytes: number;
  /** Requests that ended more than a minute ago and are not in the file. */
  readonly missing: number;
  /** Whether any line was ever written, also to a file that is gone. */
  readonly isBegun: boolean;
}

/**
 * The audit log: an append-only file with one line for each paid request that was sent, or may have been. The permits in
 * the database are its source; any process of the installation may write it. With PostgreSQL there is no file, since each
 * permit enters a table in the transaction that ends it (docs/quota-and-money.md#record-of-spending).
 */
export class AuditLog {
  readonly path: string;
  readonly #db: Database;
  readonly #place: RecordPlace;
  #flushing: Promise<void> | undefined;

  constructor(options: { db: Database; path: string }) {
    this.#db = options.db;
    this.path = options.path;
    this.#place = recordPlace(options.db);
  }

  /**
   * Writes the missing lines of all permits that have ended.
   * @throws an error of the disk or the database; a later call then writes the lines
   */
  flush(): Promise<void> {
    this.#flushing ??= this.#writeAll().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  /** @throws Problem of the store */
  async status(): Promise<AuditStatus> {
    if (this.#place === 'table') return { place: 'table', requests: await countRecorded(this.#db) };
    const file = await stat(this.path).catch(() => undefined);
    const progress = await auditProgress(this.#db, (await this.#db.now()) - OVERDUE_MS);
    return { place: 'file', bytes: file?.size ?? 0, ...progress };
  }

  async #writeAll(): Promise<void> {
    if (this.#place === 'table') return;
    // Queried without a lock first, since most calls find nothing to write.
    while ((await unauditedPermits(this.#db, 1)).length > 0) {
      const file = await openForAppending(this.path);
      try {
        await this.#db.transaction((tx) => writeRound(tx, file), { repeatable: true });
      } finally {
        await file.close();
      }
    }
  }
}

/**
 * Appends a round of lines and marks their permits, under a lock that all processes share. A crash after the lines are
 * on the disk undoes only the marks; the next round finds the lines at the end of the file. Synchronous file access
 * keeps the transaction from waiting for other work of this process.
 */
async function writeRound(tx: Transaction, file: FileHandle): Promise<void> {
  await tx.lock('audit');
  const permits = await unauditedPermits(tx, ROUND);
  appendMissing(file.fd, permits.filter(({ outcome }) => outcome !== 'not_sent').map(auditLine));
  await markAudited(tx, permits);
}

async function openForAppending(path: string): Promise<FileHandle> {
  await makeFolder(dirname(path));
  const file = await open(path, 'a+', 0o600);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('the audit log is not a regular file');
    // The name of a new file must be durable before a permit is marked.
    if (stats.size === 0) await syncFolder(dirname(path));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function appendMissing(fd: number, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const { size } = fstatSync(fd);
  const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
  readSync(fd, tail, 0, tail.length, size - tail.length);
  // The last part is empty, or a line that a full disk or a power cut has truncated: the next one needs a line of its own, and a whole one lacks only its end.
  const present = tail.toString().split('\n');
  const isTruncated = present.at(-1) !== '';
  const missing = lines.filter((line) => !present.includes(line));
  const text = Buffer.from(`${isTruncated ? '\n' : ''}${missing.map((line) => `${line}\n`).join('')}`);
  if (text.length > 0 && writeSync(fd, text) < text.length) {
    throw new Error('only a part of an audit log line was written');
  }
  fdatasyncSync(fd);
}

/**
 * A permit as one line of JSON in printable ASCII. Every other character is escaped, so that no value can begin a line or
 * control the terminal that shows it. Equal permits give equal lines.
 */
export function auditLine(permit: EndedPermit): string {
  const { endedAt, grantedAt, account, principal, job, attempt, tool, operation, model, count, operations, outcome } =
    permit;
  const facts = {
    time: new Date(endedAt).toISOString(),
    granted: new Date(grantedAt).toISOString(),
    account,
    principal,
    job,
    attempt,
    tool,
    operation,
    model: model ?? null,
    count,
    operations,
    requests: 1,
    outcome,
    request_id: permit.requestId,
  };
  return JSON.stringify(facts).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
