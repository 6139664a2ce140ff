import { createHash } from 'node:crypto';
import { z } from 'zod';

/** One paid request, as the audit log tells it: who, which job and attempt, what, and what came of it. No prompt. */
export interface AuditEntry {
  /** When the attempt ended, and when its permit was granted, epoch milliseconds. */
  readonly endedAt: number;
  readonly grantedAt: number;
  readonly account: string;
  readonly principal: string;
  readonly job: string;
  readonly attempt: number;
  readonly tool: string;
  readonly operation: string;
  readonly model: string | undefined;
  /** Pictures asked for. */
  readonly count: number;
  /** `accepted`, `unknown`, `refused`, `rate_limited`, `unauthorized`. */
  readonly outcome: string;
  /** The `x-request-id` that Adobe was sent. */
  readonly requestId: string;
}

/** Where a line stands in the chain: its number, from 1, and the hash of the line before it. */
export interface Link {
  readonly number: number;
  readonly after: string;
}

/** The end of the chain: the last number that was given away, and the hash of its line. */
export interface Head {
  readonly number: number;
  readonly hash: string;
}

/** Before the first line. */
export const NO_LINES: Head = { number: 0, hash: '0'.repeat(64) };

/**
 * An entry as one line of printable ASCII: everything else is escaped, so that no value can begin a line of its own or
 * talk to the terminal that shows it, and nothing is lost. It ends with the SHA-256 of what stands before.
 */
export function auditLine(
  entry: AuditEntry,
  { number, after }: Link,
): { readonly text: string; readonly hash: string } {
  const { job, attempt, account, principal, tool, operation, model, count, outcome } = entry;
  const facts = {
    number,
    time: new Date(entry.endedAt).toISOString(),
    granted: new Date(entry.grantedAt).toISOString(),
    account,
    principal,
    job,
    attempt,
    tool,
    operation,
    model: model ?? null,
    count,
    outcome,
    request_id: entry.requestId,
    after,
  };
  const ascii = JSON.stringify(facts).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const hash = hashOf(ascii);
  return { text: `${ascii.slice(0, -1)},"hash":"${hash}"}`, hash };
}

/** A line of the log, read back. */
export interface ReadLine extends Link, Head {
  readonly number: number;
  readonly job: string;
  readonly attempt: number;
  /** False where a character of it was changed. */
  readonly isIntact: boolean;
}

const Facts = z.looseObject({ number: z.int(), job: z.string(), attempt: z.int(), after: z.string() });
const LINE = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/;

/** Undefined for what is no whole line of this log. */
export function readLine(text: string): ReadLine | undefined {
  const [, start, hash] = LINE.exec(text) ?? [];
  if (start === undefined || hash === undefined) return undefined;
  try {
    const { number, job, attempt, after } = Facts.parse(JSON.parse(`${start}}`));
    return { number, job, attempt, after, hash, isIntact: hashOf(`${start}}`) === hash };
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
