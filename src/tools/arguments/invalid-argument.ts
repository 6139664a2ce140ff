import { Problem } from '../../shared/errors.ts';

/** The problem `invalid_argument`, with a next step that names legal values. Thrown before anything is done or spent. */
export function invalidArgument(message: string, next: string, upstream?: string): Problem {
  return new Problem('invalid_argument', message, { next, upstream });
}
