import { toProblemRecord } from '../../shared/errors.ts';

/** How a check ended. `warn`: works, but somebody should look at it. */
type Verdict = 'ok' | 'warn' | 'fail';

/** What one check found. */
export interface Finding {
  readonly verdict: Verdict;
  /** One sentence or phrase about how it is. */
  readonly message: string;
  /** What to do about it; where there is something to do. */
  readonly next?: string;
}

/** One thing that must be right. */
export interface Check {
  readonly name: string;
  /** May throw; a `Problem` then becomes a failed check with its own next step. */
  run(): Promise<Finding>;
}

/** A finding with the name of its check. */
export interface NamedFinding extends Finding {
  readonly name: string;
}

/** Runs a check to its end, whatever it throws. */
export async function runCheck(check: Check): Promise<NamedFinding> {
  try {
    return { name: check.name, ...(await check.run()) };
  } catch (error) {
    const { message, next, upstream } = toProblemRecord(error);
    const quoted = upstream === undefined ? '' : ` Adobe says: ${upstream}`;
    return { name: check.name, verdict: 'fail', message: message + quoted, next };
  }
}
