import type { ExitCode } from './exit-codes.ts';
import type { ParsedFlags } from './parsed-flags.ts';
import type { Terminal } from './terminal/terminal.ts';

/** One flag of a command. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  /** What the value is called in help; for strings. */
  readonly placeholder?: string;
  readonly help: string;
  /** An earlier name, still taken and in no help. */
  readonly formerly?: string;
}

/** A command: what help says about it, and what it does. */
export interface Command {
  /** Words after the command's name in the usage line. */
  readonly usage: string;
  /** Sentences for `--help`. */
  readonly description: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Whether the flags of the option table are taken too. */
  readonly takesOptions: boolean;
  /** Most words that may stand beside the flags. */
  readonly words: number;
  /** Flags that are not in the list are kept for the command to judge, as `call` does with a tool's arguments. */
  readonly openFlags?: boolean;
  /** @throws UsageError, Problem */
  run(flags: ParsedFlags, terminal: Terminal): Promise<ExitCode>;
}

/** Every command that can take the emulator in Adobe's place has this flag. */
export const demoFlag = {
  demo: { type: 'boolean', help: 'Use the emulator in place of Adobe: no credentials, own data, marked pictures.' },
} as const satisfies Record<string, Flag>;
