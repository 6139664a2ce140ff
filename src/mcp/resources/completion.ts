/** Most values of one completion (MCP specification, "Completion"). */
const MOST_VALUES = 100;

/** Values as the result of a completion. */
export function completionOf(values: readonly string[]) {
  const shown = values.slice(0, MOST_VALUES);
  return { completion: { values: shown, total: values.length, hasMore: values.length > shown.length } };
}
