import { Problem } from '../../shared/errors.ts';
import type { ProblemCode } from '../../shared/problem-codes.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { sqlState, type FailureKind, type StoreFailure } from './failure.ts';

/** Address of a database for messages: user, host, port and name, without password and parameters. */
export function describeServer(url: string): string {
  if (!URL.canParse(url)) return 'the database';
  const { username, host, pathname } = new URL(url);
  const user = username === '' ? '' : `${username}@`;
  return quoteUntrusted(`postgres://${user}${host}${pathname}`, 120);
}

const MESSAGES: Record<FailureKind, readonly [code: ProblemCode, message: string, next: (at: string) => string]> = {
  conflict: [
    'store_busy',
    'Other processes kept interrupting this one in the job store.',
    () => 'Repeat the call in a few seconds.',
  ],
  lost: [
    'store_unreachable',
    'The job store cannot be reached.',
    (at) =>
      `Repeat the call in a few seconds; work that it has stored is found again. If that does not help, check PostgreSQL: ${at}`,
  ],
  busy: [
    'store_busy',
    'The job store is overloaded or locked.',
    (at) =>
      `Repeat the call in a few seconds. If that does not help, look for long transactions and idle clients at ${at}`,
  ],
  refused: [
    'store_refused',
    'The job store does not let this program in.',
    (at) => `Check user, password, database, rights and TLS of FIREFLY_DATABASE_URL: ${at}`,
  ],
  read_only: [
    'store_read_only',
    'The job store takes no changes; nothing was written.',
    (at) => `Let FIREFLY_DATABASE_URL name a primary that accepts writes; now it is ${at}`,
  ],
  full: [
    'store_full',
    'The disk of the job store is full, so nothing could be stored.',
    (at) => `Free some space on the disk of ${at}, then repeat the call.`,
  ],
  broken: [
    'store_failed',
    'The job store could not be read or written.',
    (at) => `Look at the log of PostgreSQL at ${at}`,
  ],
  differs: [
    'store_differs',
    'The job store has tables of another version of this program.',
    (at) => `Let FIREFLY_DATABASE_URL name another database; now it is ${at}`,
  ],
};

/** A failure as a problem that says what to do. */
export function toProblem({ kind, cause }: StoreFailure, address: string): Problem {
  const [code, message, next] = MESSAGES[kind];
  const state = sqlState(cause);
  const text = state === undefined ? message : `${message.slice(0, -1)} (SQLSTATE ${state}).`;
  return new Problem(code, text, { next: next(address), places: [address], cause });
}

/** The connection broke between a commit and its answer. */
export function outcomeUnknown({ cause }: StoreFailure, address: string): Problem {
  return new Problem(
    'store_outcome_unknown',
    'The connection to the job store broke during a commit; whether it was stored is unknown.',
    {
      next: `List the jobs before you repeat the call. If the store stays unreachable, check PostgreSQL: ${address}`,
      places: [address],
      cause,
    },
  );
}
