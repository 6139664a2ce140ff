import { optionHelp } from '../config/describe.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands/registry.ts';

/** What `firefly-mcp --help` prints. */
export function globalHelp(version: string): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return `firefly-mcp ${version}: make pictures with Adobe Firefly, over MCP and from scripts. Not affiliated with Adobe.

Usage: firefly-mcp [COMMAND] [FLAGS]

Commands:
${rows.join('\n')}

  firefly-mcp COMMAND --help says more about one of them.
  firefly-mcp --version prints the version.

Options, each also as the variable in brackets; credentials only as variables or in config.json:
${optionHelp()}

Exit codes: 0 ok, 1 error, 2 the command line was not understood, 78 the configuration cannot be used.
`;
}

/** What `firefly-mcp COMMAND --help` prints. */
export function commandHelp(name: string, command: Command): string {
  const rows = Object.entries(command.flags).map(([flag, { placeholder, help }]) => {
    const head = `  --${flag}${placeholder === undefined ? '' : ` ${placeholder}`}`;
    return `${head.padEnd(20)} ${help}`;
  });
  const flags = rows.length === 0 ? '' : `\nFlags:\n${rows.join('\n')}\n`;
  const options = command.takesOptions ? `\nOptions, each also as the variable in brackets:\n${optionHelp()}\n` : '';
  return `Usage: firefly-mcp ${name}${command.usage === '' ? '' : ` ${command.usage}`}\n\n${command.description}\n${flags}${options}`;
}
