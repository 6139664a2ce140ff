import type { ToolCall } from '../tools/define.ts';
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
