/** Exit codes of the program (docs/operating.md#exit-codes). */
export const EXIT = {
  ok: 0,
  /** A tool answered with an error, a check failed, or the program could not continue. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** The configuration is invalid (`EX_CONFIG` of sysexits.h). */
  config: 78,
  /** Ctrl-C: 128 plus the number of SIGINT, as shells report it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command line that was not understood; the message is one sentence for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
