/** Files that were deleted, would be by a dry run, or are there. */
export interface Freed {
  readonly files: number;
  readonly bytes: number;
}

export const NOTHING: Freed = { files: 0, bytes: 0 };

export function sum(a: Freed, b: Freed): Freed {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes };
}

/** Records that were deleted, or would be by a dry run, and their files. */
export interface Deleted {
  readonly pictures: number;
  readonly freed: Freed;
}

/** What came of a deletion by handle. */
export interface Removed extends Deleted {
  /** What Adobe painted and goes with its composite, though it was not named. */
  readonly painted: number;
  /** Files that are still on the disk, since something needs their content, or it was put just now. */
  readonly filesLeft: number;
  /** Images that stay and were made from or with those that go; of a dry run alone. */
  readonly derived: readonly { readonly id: string; readonly kind: string }[];
  /** Masks that stay and were used for nothing but what goes. */
  readonly masksLeft: readonly string[];
  /** Handles that stay, since an unfinished job, batch or edit needs them. */
  readonly kept: readonly string[];
  /** Ids of these jobs and batches. */
  readonly neededBy: readonly string[];
  /** Handles that name nothing; where there is one, nothing was deleted. */
  readonly unknown: readonly string[];
}

/** What comes of a deletion that names an unknown handle. */
export const NOTHING_REMOVED = { doomed: [], painted: 0, derived: [], masksLeft: [], kept: [], neededBy: [] } as const;
