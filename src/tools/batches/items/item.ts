/** One item of a source. */
export interface GivenItem {
  /** Number from 1: the line of a file, or the position in a list. */
  readonly place: number;
  /** Position in words, such as "line 12". */
  readonly where: string;
  readonly id: string | undefined;
  /** What its files are to be, in place of the name of the batch (`readFileRequest`). */
  readonly saveAs?: string | undefined;
  /** The item's arguments, with those that all items have in common. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Common arguments, where the item takes the arguments of an earlier job, which go before them. */
  readonly belowLike?: Readonly<Record<string, unknown>> | undefined;
}

/** The reason why one item cannot be made. */
export interface Fault {
  readonly place: number;
  readonly where: string;
  readonly message: string;
}

/** One value of a source, not yet checked to be an item. */
export interface RawItem {
  readonly place: number;
  readonly where: string;
  readonly value: unknown;
}
