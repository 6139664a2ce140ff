/** Former names of arguments: taken wherever arguments are read, published nowhere. */
const FORMER_ARGUMENTS: ReadonlyMap<string, string> = new Map([['again', 'new_job']]);

/** The name that an argument has now, where `known`, the names that a tool takes, has it in place of the former one. */
export function currentName(name: string, known: readonly string[]): string {
  const current = FORMER_ARGUMENTS.get(name);
  return current === undefined || known.includes(name) || !known.includes(current) ? name : current;
}

/** Arguments under the names that they have now. Where both names are given, the current one counts. */
export function withCurrentNames(
  input: Readonly<Record<string, unknown>>,
  known: readonly string[],
): Record<string, unknown> {
  const renamed = Object.entries(input).map(([name, value]) => [currentName(name, known), value] as const);
  const current = Object.entries(input).filter(([name]) => known.includes(name));
  return Object.fromEntries([...renamed, ...current]);
}
