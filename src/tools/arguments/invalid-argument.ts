import { Problem } from '../../shared/errors.ts';

/** Arguments that a tool cannot take, with what would be right. Nothing was done, nothing spent. */
export function invalidArgument(message: string, next: string, upstream?: string): Problem {
  return new Problem('invalid_argument', message, { actor: 'caller', next, upstream });
}
