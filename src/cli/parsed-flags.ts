/** A flag that the command does not declare, as it was typed. */
export interface OpenFlag {
  readonly name: string;
  /** Undefined where nothing, or another flag, followed. */
  readonly value: string | undefined;
}

/** A command line, understood. */
export interface ParsedFlags {
  readonly words: readonly string[];
  /** The command's own flags. */
  readonly strings: Readonly<Record<string, string | undefined>>;
  /** All values of the command's own flags, for those that may be given several times. */
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>;
  readonly booleans: ReadonlySet<string>;
  /** Flags of the option table, without dashes. */
  readonly options: Readonly<Record<string, string | undefined>>;
  /** In the order in which they were typed; for commands with `openFlags`. */
  readonly open: readonly OpenFlag[];
}
