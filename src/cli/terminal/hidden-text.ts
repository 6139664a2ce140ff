import { withoutHidden } from '../../shared/text/text.ts';
import type { Choice, Terminal } from './terminal.ts';

/** Clears the current line of the screen (ECMA-48: carriage return, erase in line): all that progress needs of a screen. */
export const CLEAR = '\r\u001b[2K';

/**
 * A terminal that shows no escape sequence, control, bidi or invisible character of a prompt, name or path. The only
 * sequence that passes is that of the progress line.
 */
export function withoutHiddenText(terminal: Terminal): Terminal {
  const { ask, askSecret, choose } = terminal;
  return {
    ...terminal,
    out: (text) => terminal.out(withoutHidden(text)),
    err: (text) => terminal.err(text.split(CLEAR).map(withoutHidden).join(CLEAR)),
    ask: ask && ((question, signal) => ask(withoutHidden(question), signal)),
    askSecret: askSecret && ((question, signal) => askSecret(withoutHidden(question), signal)),
    choose: choose && ((question, choices) => choose(withoutHidden(question), choices.map(shown))),
  };
}

function shown({ value, label, hint }: Choice): Choice {
  return { value, label: withoutHidden(label), ...(hint === undefined ? {} : { hint: withoutHidden(hint) }) };
}
