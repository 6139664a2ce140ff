import { toProblemRecord } from '../../shared/errors.ts';

/** Result of one check. */
export interface Finding {
  /** `warn`: works, but deserves attention. */
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** One phrase about the present state. */
  readonly message: string;
  /** What to do; absent where nothing needs to be done. */
  readonly next?: string;
}

/** One check of the doctor. */
export interface Check {
  readonly name: string;
  /** May throw: a `Problem` is a failed check with the problem's own next step. */
  run(): Promise<Finding>;
}

/** A finding with the name of its check. */
export interface NamedFinding extends Finding {
  readonly name: string;
}

/**
 * Runs a check. An exception is a failed check. One cause may fail several checks, as a folder does that cannot be used: where
 * an earlier check has told it, this one refers to that check.
 * @param before findings of earlier checks
 */
export async function runCheck(check: Check, before: readonly NamedFinding[] = []): Promise<NamedFinding> {
  try {
    return { name: check.name, ...(await check.run()) };
  } catch (error) {
    const { message, next, upstream } = toProblemRecord(error);
    const quoted = upstream === undefined ? '' : ` Adobe says: ${upstream}`;
    const first = before.find((finding) => finding.message === message + quoted);
    if (first !== undefined) return { name: check.name, verdict: 'warn', message: `not checked: see "${first.name}"` };
    return { name: check.name, verdict: 'fail', message: message + quoted, next };
  }
}
