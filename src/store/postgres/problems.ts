import { Problem, type Actor } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text.ts';
import { sqlState, type FailureKind, type StoreFailure } from './failure.ts';

/** A database as it may be shown: user, host, port and name, never the password nor the parameters. */
export function describeServer(url: string): string {
  if (!URL.canParse(url)) return 'the database';
  const { username, host, pathname } = new URL(url);
  const user = username === '' ? '' : `${username}@`;
  return quoteUntrusted(`postgres://${user}${host}${pathname}`, 120);
}

const MESSAGES: Record<
  FailureKind,
  readonly [code: string, message: string, actor: Actor, next: (at: string) => string]
> = {
  conflict: [
    'store_busy',
    'Other processes kept getting in the way in the job store.',
    'wait',
    () => 'Repeat the call in a few seconds.',
  ],
  lost: [
    'store_unreachable',
    'The job store cannot be reached.',
    'wait',
    (at) =>
      `Repeat the call in a few seconds: what it has written by then is found. If it stays so, check PostgreSQL: ${at}`,
  ],
  busy: [
    'store_busy',
    'The job store is overloaded or locked.',
    'wait',
    (at) => `Repeat the call in a few seconds. If it stays so, look for long transactions and idle clients at ${at}`,
  ],
  refused: [
    'store_refused',
    'The job store does not let this program in.',
    'operator',
    (at) => `Check user, password, database, rights and TLS of FIREFLY_DATABASE_URL: ${at}`,
  ],
  read_only: [
    'store_read_only',
    'The job store takes no changes; nothing was written.',
    'operator',
    (at) => `Let FIREFLY_DATABASE_URL name a primary that accepts writes; now it is ${at}`,
  ],
  full: [
    'store_full',
    'The disk of the job store is full, so nothing could be written down.',
    'operator',
    (at) => `Free some space on the disk of ${at}, then repeat the call.`,
  ],
  broken: [
    'store_failed',
    'The job store could not be read or written.',
    'operator',
    (at) => `Look at the log of PostgreSQL at ${at}`,
  ],
};

/** A failure as people and models read it. */
export function toProblem({ kind, cause }: StoreFailure, place: string): Problem {
  const [code, message, actor, next] = MESSAGES[kind];
  const state = sqlState(cause);
  const text = state === undefined ? message : `${message.slice(0, -1)} (SQLSTATE ${state}).`;
  return new Problem(code, text, { actor, next: next(place), cause });
}

/** The connection broke while the commit was under way. */
export function outcomeUnknown({ cause }: StoreFailure, place: string): Problem {
  return new Problem(
    'store_outcome_unknown',
    'The job store was lost while it was writing; whether it has, is unknown.',
    {
      actor: 'wait',
      next: `Look at the jobs before you repeat the call. If the store stays away, check PostgreSQL: ${place}`,
      cause,
    },
  );
}
