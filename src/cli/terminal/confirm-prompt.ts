import { Problem } from '../../shared/errors.ts';
import type { ToolCall } from '../../tools/definition/define.ts';
import type { Terminal } from './terminal.ts';

/** A person at the screen says yes or no; in a script nobody can be asked. */
export function askOn({ ask }: Terminal, interrupted: AbortSignal): ToolCall['ask'] {
  if (ask === undefined) return undefined;
  return async (question) => {
    const answer = await ask(`${question} [y/N] `, interrupted).catch(() => undefined);
    if (answer === undefined) return 'dismissed';
    return /^y(es)?$/i.test(answer.trim()) ? 'given' : 'declined';
  };
}

/** Who types commands agrees with a flag. @throws what it was given, with that way on */
export function confirmOnScreen(error: unknown): never {
  if (!(error instanceof Problem) || error.code !== 'confirmation_required') throw error;
  throw new Problem(error.code, error.message, { actor: error.actor, next: 'Run it again with --confirm to agree.' });
}
