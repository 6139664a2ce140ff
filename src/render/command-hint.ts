/**
 * A command line of this program for a person to run, without quotes. What a demo holds is seen with `--demo` alone.
 * @param words what follows the name of the program
 */
export function commandHint(words: string, { demo }: { readonly demo: boolean }): string {
  return `firefly-mcp ${words}${demo ? ' --demo' : ''}`;
}
