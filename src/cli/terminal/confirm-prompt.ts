import { Problem } from '../../shared/errors.ts';
import type { ToolCall } from '../../tools/definition/define.ts';
import type { Terminal } from './terminal.ts';

/** Asks the person at the terminal; undefined in a script, where no person can answer. */
export function askOn({ ask }: Terminal, interrupted: AbortSignal): ToolCall['ask'] {
  if (ask === undefined) return undefined;
  return async ({ text }) => {
    const answer = await ask(`${text} [y/N] `, interrupted).catch(() => undefined);
    if (answer === undefined) return 'dismissed';
    return /^y(es)?$/i.test(answer.trim()) ? 'given' : 'declined';
  };
}

/** Rewrites `confirmation_required` so that it names the flag `--confirm`. @throws `error`, or its rewritten form */
export function suggestConfirmFlag(error: unknown): never {
  if (!(error instanceof Problem) || error.code !== 'confirmation_required') throw error;
  throw new Problem(error.code, error.message, { next: 'Run it again with --confirm to agree.' });
}
