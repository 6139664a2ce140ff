import type { Database, Queryable, SqlRow, Transaction } from '../../store/database.ts';
import type { Owner } from '../owner.ts';
import type { AuditFile } from './audit-file.ts';
import { auditLine, readLine, type AuditEntry, type Head, type Link } from './audit-line.ts';

/** Entries that one round writes. */
const ROUND = 200;
/** A writer of another machine that has been at it for so long is taken for gone. */
const LAPSES_MS = 10 * 60_000;

interface Pending {
  readonly entry: AuditEntry;
  /** Undefined for what was never sent: it gets no line. */
  readonly link: Link | undefined;
  /** Where in the file its line would begin at the earliest, had an earlier writer got that far; else undefined. */
  readonly doubtfulFrom: number | undefined;
}

/**
 * The audit log: a file with one line for each paid request that left, or may have left. The permits in the database are
 * the truth; the file follows them. Before a line is written, its permit says who writes it and how long the file was, so
 * that after a crash in between the next process looks there, and writes only what is missing. Numbers and hashes are
 * given away there too, one after the other, whoever writes: the order is that of the numbers.
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
      // The file may be older than the store.
      const known = (await headOf(this.#db)) ?? (await this.#file.end());
      const pending = await this.#claim(size, known);
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

  async #claim(size: number, known: Head): Promise<readonly Pending[]> {
    return this.#db.transaction(async (tx) => {
      await tx.lock('audit');
      const writers = await this.#freeWriters(tx);
      const rows = await tx.all(
        `SELECT * FROM permits WHERE ended_at IS NOT NULL AND audited_at IS NULL
           AND (writer IS NULL OR writing_at <= ?${writers.map(() => ' OR writer = ?').join('')})
         ORDER BY ended_at, job, attempt LIMIT ${ROUND}`,
        [tx.now - LAPSES_MS, ...writers],
      );
      let head = (await headOf(tx)) ?? known;
      const claimed: Pending[] = [];
      for (const row of rows) {
        const pending = linked(toPending(row), head);
        const { entry, link } = pending;
        if (link !== undefined && link.number > head.number) {
          head = { number: link.number, hash: auditLine(entry, link).hash };
        }
        await tx.run(
          `UPDATE permits SET writer = ?, writing_at = ?, file_from = COALESCE(file_from, ?), line_number = ?,
             line_after = ? WHERE job = ? AND attempt = ?`,
          [this.#owner.id, tx.now, size, link?.number ?? null, link?.after ?? null, entry.job, entry.attempt],
        );
        claimed.push(pending);
      }
      await tx.run(
        `INSERT INTO audit_head (name, number, hash) VALUES ('audit', ?, ?)
         ON CONFLICT (name) DO UPDATE SET number = excluded.number, hash = excluded.hash`,
        [head.number, head.hash],
      );
      return claimed;
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
    const written = doubts.length === 0 ? new Set<string>() : await this.#hashesFrom(Math.min(...doubts));
    const lines = pending.flatMap(({ entry, link }) => (link === undefined ? [] : [auditLine(entry, link)]));
    await this.#file.append(lines.filter(({ hash }) => !written.has(hash)).map(({ text }) => text));
  }

  async #hashesFrom(offset: number): Promise<ReadonlySet<string>> {
    const hashes = new Set<string>();
    for await (const text of this.#file.lines(offset)) {
      const line = readLine(text);
      if (line?.isIntact) hashes.add(line.hash);
    }
    return hashes;
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

/** The end of the chain; undefined before the first line of a store. */
export async function headOf(from: Queryable): Promise<Head | undefined> {
  const row = await from.first(`SELECT number, hash FROM audit_head WHERE name = 'audit'`);
  return row && { number: Number(row['number']), hash: String(row['hash']) };
}

/** With its place in the chain, unless it has one or gets none. */
function linked(pending: Pending, head: Head): Pending {
  if (pending.link !== undefined || pending.entry.outcome === 'not_sent') return pending;
  return { ...pending, link: { number: head.number + 1, after: head.hash } };
}

function toPending(row: SqlRow): Pending {
  const text = (name: string) => String(row[name]);
  return {
    link: row['line_number'] === null ? undefined : { number: Number(row['line_number']), after: text('line_after') },
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
