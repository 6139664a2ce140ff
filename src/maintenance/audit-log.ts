import { fdatasyncSync, fstatSync, readSync, writeSync } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  auditProgress,
  markAudited,
  unauditedPermits,
  type EndedPermit,
} from '../jobs/store/maintenance/audit-queries.ts';
import { makeFolder, syncFolder } from '../shared/folders.ts';
import type { Database, Transaction } from '../store/database.ts';

/** Permits that one transaction writes. */
const ROUND = 200;
/** The end of the file that may hold lines of a round whose transaction did not commit: more than any round takes. */
const TAIL_BYTES = 1024 * 1024;
/** A running server has written a permit long before. */
const OVERDUE_MS = 60_000;

/** What `doctor` tells about the audit log. */
export interface AuditStatus {
  /** Bytes of the file; 0 where there is none. */
  readonly bytes: number;
  /** Requests that ended a while ago and are not in the file. */
  readonly missing: number;
  /** Whether a line was ever written. */
  readonly isBegun: boolean;
}

/**
 * The audit log: an append-only file with one line for each paid request that left, or may have left. The permits in the
 * database are the source; the file follows them, and any process of the installation may write it.
 */
export class AuditLog {
  readonly path: string;
  readonly #db: Database;
  #flushing: Promise<void> | undefined;

  constructor(options: { db: Database; path: string }) {
    this.#db = options.db;
    this.path = options.path;
  }

  /**
   * Writes every line that is missing, of permits that have ended.
   * @throws the error of the disk or of the database; a later call then writes the lines
   */
  flush(): Promise<void> {
    this.#flushing ??= this.#writeAll().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  async status(): Promise<AuditStatus> {
    const found = await stat(this.path).catch(() => undefined);
    const progress = await auditProgress(this.#db, (await this.#db.now()) - OVERDUE_MS);
    return { bytes: found?.size ?? 0, ...progress };
  }

  async #writeAll(): Promise<void> {
    // A look without a lock first: mostly there is nothing to do.
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
 * on the disk undoes the marks alone; the next round finds those lines at the end of the file. The file is written
 * synchronously, so that the transaction waits for no other work of this process.
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
    const found = await file.stat();
    if (!found.isFile()) throw new Error('the audit log is not a regular file');
    // The name of a new file has to be durable before a permit is marked.
    if (found.size === 0) await syncFolder(dirname(path));
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
  // The last part is empty, or a line that a full disk or a power loss cut short: it must not swallow the next line.
  const present = tail.toString().split('\n');
  const isCutShort = present.pop() !== '';
  const missing = lines.filter((line) => !present.includes(line));
  const text = Buffer.from(missing.map((line, place) => `${isCutShort && place === 0 ? '\n' : ''}${line}\n`).join(''));
  if (text.length > 0 && writeSync(fd, text) < text.length) {
    throw new Error('the audit log took only a part of a line');
  }
  fdatasyncSync(fd);
}

/**
 * A permit as one line of printable ASCII: every other character is escaped, so that no value can begin a line of its
 * own or control the terminal that shows it. Equal permits give equal lines.
 */
export function auditLine(permit: EndedPermit): string {
  const { endedAt, grantedAt, account, principal, job, attempt, tool, operation, model, count, outcome } = permit;
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
    outcome,
    request_id: permit.requestId,
  };
  return JSON.stringify(facts).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
