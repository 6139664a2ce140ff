/**
 * Values of one `IN` list, where there may be any number of them. A longer list is asked for in groups (`groupsOf`), since
 * nothing else of the process runs during a query of SQLite, and each dialect has a limit.
 */
export const VALUES_AT_ONCE = 200;

/** Placeholders for a list of values, as the right side of `IN`; an empty list finds nothing. */
export function placeholders(values: readonly unknown[]): string {
  return values.length === 0 ? '(NULL)' : `(${values.map(() => '?').join(', ')})`;
}
