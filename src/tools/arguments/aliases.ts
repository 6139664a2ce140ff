/** Former names of arguments: accepted wherever arguments are read, published nowhere. */
const FORMER_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['again', 'new_job'],
  ['prompt', 'text'],
]);

/** Former names of tools: accepted in calls, published nowhere. */
const FORMER_TOOLS: ReadonlyMap<string, string> = new Map([['view_image', 'show_images']]);

/** The current name of an argument, where the tool's own names (`known`) have the current one and not the former one. */
export function currentName(name: string, known: readonly string[]): string {
  return renamed(FORMER_ARGUMENTS, name, known);
}

/** The current name of a tool, where the catalogue's names (`known`) have the current one and not the former one. */
export function currentToolName(name: string, known: readonly string[]): string {
  return renamed(FORMER_TOOLS, name, known);
}

function renamed(names: ReadonlyMap<string, string>, name: string, known: readonly string[]): string {
  const current = names.get(name);
  return current === undefined || known.includes(name) || !known.includes(current) ? name : current;
}
