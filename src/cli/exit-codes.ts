/** How the program ends. */
export const EXIT = {
  ok: 0,
  /** A tool answered with an error, a check failed, or the program could not go on. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** The configuration cannot be used (`EX_CONFIG` of sysexits.h). */
  config: 78,
  /** Ctrl-C (128 and the number of SIGINT, as shells do). */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command line that was not understood; the message is one sentence for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
