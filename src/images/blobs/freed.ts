/** Files that were deleted, would be by a dry run, or are there. */
export interface Freed {
  readonly files: number;
  readonly bytes: number;
}

export const NOTHING: Freed = { files: 0, bytes: 0 };

export function sum(a: Freed, b: Freed): Freed {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes };
}
