/** A flag that the command does not declare (`Command.openFlags`), as it was typed. */
export interface OpenFlag {
  readonly name: string;
  /** Undefined where no word, or another flag, followed. */
  readonly value: string | undefined;
}

/** A parsed command line. */
export interface ParsedFlags {
  readonly words: readonly string[];
  /** The command's own flags. */
  readonly strings: Readonly<Record<string, string | undefined>>;
  /** All values of the flags that were given, for those that may be repeated. */
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>;
  readonly booleans: ReadonlySet<string>;
  /** Flags of the option table, without dashes. */
  readonly options: Readonly<Record<string, string | undefined>>;
  /** In the order in which they were typed. */
  readonly open: readonly OpenFlag[];
}
