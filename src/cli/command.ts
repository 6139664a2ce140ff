import type { ExitCode } from './exit-codes.ts';
import type { ParsedFlags } from './parsed-flags.ts';
import type { Terminal } from './terminal/terminal.ts';

/** One flag of a command. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  /** Name of the value in help; for strings. */
  readonly placeholder?: string;
  readonly help: string;
  /** A former name, still accepted and not shown in help. */
  readonly formerly?: string;
}

/** A command: its help and its action. */
export interface Command {
  /** Words after the command's name in the usage line. */
  readonly usage: string;
  /** Sentences for `--help`. */
  readonly description: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Whether the flags of the option table are accepted too (src/config/options.ts). */
  readonly takesOptions: boolean;
  /** Maximum number of words besides flags. */
  readonly words: number;
  /** Accepts undeclared flags, which the command checks itself, as `call` does with a tool's arguments. */
  readonly openFlags?: boolean;
  /** @throws UsageError, Problem */
  run(flags: ParsedFlags, terminal: Terminal): Promise<ExitCode>;
}

/** The flag of every command that can use the emulator in place of Adobe. */
export const demoFlag = {
  demo: { type: 'boolean', help: 'Use the emulator instead of Adobe: no credentials, separate data, marked pictures.' },
} as const satisfies Record<string, Flag>;
