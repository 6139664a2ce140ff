import type { ProgressReporter } from '../../mcp/calls/progress.ts';
import { onOneLine } from '../../shared/text/text.ts';
import { CLEAR } from './hidden-text.ts';
import { fitting } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Progress on stderr. */
export interface ProgressLine extends ProgressReporter {
  /** Shows a message as the current progress. */
  show(message: string): void;
  /** Writes a permanent line. */
  note(line: string): void;
}

/**
 * On a screen: one line that is overwritten and cut at the edge. Elsewhere: a line per change of the message, so that a
 * log stays short.
 */
export function progressLine(terminal: Pick<Terminal, 'err' | 'errScreen'>): ProgressLine {
  let last = '';
  let finished = false;
  const show = (message: string) => {
    if (finished || message === last) return;
    last = message;
    const line = onOneLine(message);
    const { errScreen } = terminal;
    if (!errScreen) return terminal.err(`${line}\n`);
    terminal.err(CLEAR + fitting(line, errScreen.columns - 1));
  };
  return {
    show,
    note: (line) => {
      terminal.err(`${terminal.errScreen && last !== '' ? CLEAR : ''}${line}\n`);
      last = '';
    },
    report: ({ message }) => show(message),
    finish: async () => {
      if (!finished && terminal.errScreen && last !== '') terminal.err(CLEAR);
      finished = true;
    },
  };
}
