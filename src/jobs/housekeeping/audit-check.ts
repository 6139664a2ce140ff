import type { Database } from '../../store/database.ts';
import { headOf } from './audit.ts';
import type { AuditFile } from './audit-file.ts';
import { NO_LINES, readLine, type Head, type ReadLine } from './audit-line.ts';

/** What became of the chain of the audit log. */
export interface AuditCheck {
  /** Whole lines. */
  readonly lines: number;
  /** The first number in the file; earlier ones may be in a file that was moved away. Undefined in an empty one. */
  readonly from: number | undefined;
  /** The end of the chain, as the store knows it. */
  readonly head: Head;
  /** Line numbers in the file, from 1, of lines that were changed. */
  readonly changed: readonly number[];
  /** Numbers of entries that do not follow what stands before them: lines were put in, or made anew. */
  readonly misplaced: readonly number[];
  /** Numbers that are not there, although they were written. */
  readonly missing: readonly number[];
}

/** At most so many of a kind are named. */
const MOST_NAMED = 5;

/**
 * Checks the audit log: each line by its own hash, all of them by the hash of the one before, and the last ones by what
 * the store knows of the end. Who can write to both, and makes every later line anew, is not found out.
 */
export async function checkAudit(db: Database, file: AuditFile): Promise<AuditCheck> {
  // In this order: what is written meanwhile comes after this head.
  const head = await headOf(db);
  const rows = await db.all('SELECT line_number FROM permits WHERE line_number IS NOT NULL AND audited_at IS NULL');
  const onTheirWay = new Set(rows.map((row) => Number(row['line_number'])));
  const entries = new Map<number, ReadLine>();
  const changed: number[] = [];
  const misplaced = new Set<number>();
  let place = 0;
  for await (const text of file.lines()) {
    place += 1;
    const line = readLine(text);
    // Half a line is what a crash leaves; the whole one follows, or is missing.
    if (line === undefined) continue;
    if (!line.isIntact) changed.push(place);
    const known = entries.get(line.number);
    if (known !== undefined && known.hash !== line.hash) misplaced.add(line.number);
    entries.set(line.number, line);
  }
  const from = [...entries.keys()].reduce((least, number) => Math.min(least, number), Infinity);
  const missing: number[] = [];
  for (let number = from; number <= (head?.number ?? 0); number += 1) {
    const entry = entries.get(number);
    const before = entries.get(number - 1);
    if (entry === undefined && !onTheirWay.has(number)) missing.push(number);
    const isLast = number === head?.number;
    const follows = before === undefined || entry?.after === before.hash;
    if (entry !== undefined && (!follows || (isLast && entry.hash !== head.hash))) misplaced.add(number);
  }
  return {
    lines: entries.size,
    from: entries.size === 0 ? undefined : from,
    head: head ?? NO_LINES,
    changed: changed.slice(0, MOST_NAMED),
    misplaced: [...misplaced].slice(0, MOST_NAMED),
    missing: missing.slice(0, MOST_NAMED),
  };
}
