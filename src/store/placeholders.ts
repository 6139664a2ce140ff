/** Placeholders for a list of values, as the right side of `IN`; an empty list finds nothing. */
export function placeholders(values: readonly unknown[]): string {
  return values.length === 0 ? '(NULL)' : `(${values.map(() => '?').join(', ')})`;
}
