import type { Database, SqlRow, Transaction } from '../../store/database.ts';
import type { Owner } from '../owner.ts';
import { auditLine, keyOf, type AuditEntry, type AuditFile } from './audit-file.ts';

/** Entries that one round writes. */
const ROUND = 200;
/** A writer of another machine that has been at it for so long is taken for gone. */
const LAPSES_MS = 10 * 60_000;

interface Pending {
  readonly entry: AuditEntry;
  /** Where in the file its line would begin at the earliest, had an earlier writer got that far; else undefined. */
  readonly doubtfulFrom: number | undefined;
}

/**
 * The audit log: a file with one line for each paid request that left, or may have left. The permits in the database are
 * the truth; the file follows them. Before a line is written, its permit says who writes it and how long the file was, so
 * that after a crash in between the next process looks there, and writes only what is missing.
 */
export class AuditLog {
  readonly #db: Database;
  readonly #owner: Owner;
  readonly #file: AuditFile;
  #flushing: Promise<void> | undefined;

  constructor(options: { db: Database; owner: Owner; file: AuditFile }) {
    this.#db = options.db;
    this.#owner = options.owner;
    this.#file = options.file;
  }

  /**
   * Writes every line that is missing, of attempts that have ended.
   * @throws what the disk or the store says; the lines are then written by a later call
   */
  flush(): Promise<void> {
    this.#flushing ??= this.#writeAll().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      if (!(await this.#hasPending())) return;
      const size = await this.#file.size();
      const pending = await this.#claim(size);
      if (pending.length === 0) return;
      await this.#write(pending);
      await this.#mark(pending);
    }
  }

  /** A look without a lock: mostly there is nothing to do. */
  async #hasPending(): Promise<boolean> {
    const row = await this.#db.first(
      'SELECT job FROM permits WHERE ended_at IS NOT NULL AND audited_at IS NULL LIMIT 1',
    );
    return row !== undefined;
  }

  async #claim(size: number): Promise<readonly Pending[]> {
    return this.#db.transaction(async (tx) => {
      await tx.lock('audit');
      const writers = await this.#freeWriters(tx);
      const rows = await tx.all(
        `SELECT * FROM permits WHERE ended_at IS NOT NULL AND audited_at IS NULL
           AND (writer IS NULL OR writing_at <= ?${writers.map(() => ' OR writer = ?').join('')})
         ORDER BY ended_at, job, attempt LIMIT ${ROUND}`,
        [tx.now - LAPSES_MS, ...writers],
      );
      for (const row of rows) {
        await tx.run(
          `UPDATE permits SET writer = ?, writing_at = ?, file_from = COALESCE(file_from, ?)
           WHERE job = ? AND attempt = ?`,
          [this.#owner.id, tx.now, size, String(row['job']), Number(row['attempt'])],
        );
      }
      return rows.map(toPending);
    });
  }

  /** This process, whose earlier write failed, and processes that are gone. */
  async #freeWriters(tx: Transaction): Promise<readonly string[]> {
    const rows = await tx.all(
      `SELECT DISTINCT writer FROM permits
       WHERE ended_at IS NOT NULL AND audited_at IS NULL AND writer IS NOT NULL`,
    );
    const ids = rows.map((row) => String(row['writer']));
    return ids.filter((id) => id === this.#owner.id || this.#owner.isGone(id));
  }

  async #write(pending: readonly Pending[]): Promise<void> {
    const doubts = pending.flatMap(({ doubtfulFrom }) => (doubtfulFrom === undefined ? [] : [doubtfulFrom]));
    const written = doubts.length === 0 ? new Set<string>() : await this.#file.keysFrom(Math.min(...doubts));
    const missing = pending
      .map(({ entry }) => entry)
      .filter((entry) => entry.outcome !== 'not_sent' && !written.has(keyOf(entry)));
    await this.#file.append(missing.map(auditLine));
  }

  async #mark(pending: readonly Pending[]): Promise<void> {
    await this.#db.transaction(async (tx) => {
      for (const { entry } of pending) {
        await tx.run('UPDATE permits SET audited_at = ? WHERE job = ? AND attempt = ?', [
          tx.now,
          entry.job,
          entry.attempt,
        ]);
      }
    });
  }
}

function toPending(row: SqlRow): Pending {
  const text = (name: string) => String(row[name]);
  return {
    doubtfulFrom: row['file_from'] === null ? undefined : Number(row['file_from']),
    entry: {
      endedAt: Number(row['ended_at']),
      grantedAt: Number(row['granted_at']),
      account: text('account'),
      principal: text('principal'),
      job: text('job'),
      attempt: Number(row['attempt']),
      tool: text('tool'),
      operation: text('operation'),
      model: row['model'] === null ? undefined : text('model'),
      count: Number(row['count']),
      outcome: text('outcome'),
      requestId: text('request_id'),
    },
  };
}
