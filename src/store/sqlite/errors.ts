import { dirname } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import { unreadableRow } from '../rows.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
const SQLITE = { BUSY: 5, LOCKED: 6, READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13, CANTOPEN: 14, NOTADB: 26 } as const;

const NAMES: readonly (keyof typeof SQLITE)[] = Object.keys(SQLITE) as (keyof typeof SQLITE)[];

/** Codes that the disk or other processes cause. Any other comes from a mistake in a statement and passes unchanged. */
const OUTSIDE: ReadonlySet<number> = new Set(Object.values(SQLITE));

/** The primary result code of an error of either driver; undefined for other errors. */
function resultCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  const name = NAMES.find((candidate) => errorCode(error)?.startsWith(`SQLITE_${candidate}`));
  return name ? SQLITE[name] : undefined;
}

/** Whether another connection holds the lock, so that a retry can succeed. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE.BUSY || code === SQLITE.LOCKED;
}

/** Whether the file is not a whole database. */
export function isCorrupt(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE.CORRUPT || code === SQLITE.NOTADB;
}

/** How SQLite names a table or column that is missing. */
const OTHER_TABLES = /^(no such (table|column)\b|table \S+ has no column named\b)/;

/** How the drivers say that a number of a row is beyond those that this program writes. */
const TOO_LARGE = /too large to be represented as a JavaScript number/;

/** An error of the driver as a problem that says what to do; problems and other errors pass unchanged. */
export function toStoreProblem(error: unknown, path: string): unknown {
  const code = resultCode(error);
  if (error instanceof Error && OTHER_TABLES.test(error.message)) return otherTables(path, error);
  if (error instanceof Error && TOO_LARGE.test(error.message)) return unreadableRow(['a number']);
  if (error instanceof Problem || code === undefined || !OUTSIDE.has(code)) return error;
  if (code === SQLITE.FULL) {
    return new Problem('store_full', 'The disk is full, so the job could not be stored. Nothing was sent.', {
      next: `Free some space on the disk that holds ${path}, then repeat the call.`,
      places: [path],
      cause: error,
    });
  }
  if (isBusy(error)) {
    return new Problem('store_busy', 'Another process keeps the job store locked.', {
      next: 'Repeat the call in a few seconds. If that does not help, look for a process that holds the file open.',
      cause: error,
    });
  }
  return new Problem('store_failed', 'The job store could not be read or written.', {
    next: `Check that ${path} is on a working local disk and that this user may write to it.`,
    places: [path],
    cause: error,
  });
}

/** Tables of an earlier state of this program: migrations go forward from releases only. */
function otherTables(path: string, cause: unknown): Problem {
  return new Problem('store_differs', 'The job store has tables of another version of this program.', {
    next: `Move the data folder ${dirname(path)} away, or set FIREFLY_HOME to a new one. The pictures in it stay where they are.`,
    places: [dirname(path)],
    cause,
  });
}
