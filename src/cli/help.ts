import { optionHelp } from '../config/describe.ts';
import type { Command } from './command.ts';
import { SUMMARIES } from './commands/summaries.ts';
import { table } from './terminal/table.ts';

/** Text of `firefly-mcp --help`. */
export function globalHelp(version: string): string {
  const rows = Object.entries(SUMMARIES).map(([name, summary]) => `  ${name.padEnd(10)}${summary}`);
  return `firefly-mcp ${version}: make pictures with Adobe Firefly, over MCP and from scripts. Not affiliated with Adobe.

Usage: firefly-mcp [COMMAND] [FLAGS]

Commands:
${rows.join('\n')}

  firefly-mcp COMMAND --help explains a command and its flags.
  firefly-mcp --version prints the version.

Options, which can also be set as the variables in brackets; credentials only as variables or in config.json:
${optionHelp()}

Exit codes: 0 success, 1 error, 2 the command line was not understood, 78 the configuration is invalid, 130 Ctrl-C.
`;
}

/** Text of `firefly-mcp COMMAND --help`. */
export function commandHelp(name: string, command: Command): string {
  const rows = Object.entries(command.flags).map(([flag, { placeholder, help }]) => {
    return [`  --${flag}${placeholder === undefined ? '' : ` ${placeholder}`}`, help];
  });
  const flags = rows.length === 0 ? '' : `\nFlags:\n${table(rows).join('\n')}\n`;
  const options = command.takesOptions
    ? '\nOptions that commands share, such as --home and --log-level: firefly-mcp --help.\n'
    : '';
  return `Usage: firefly-mcp ${name}${command.usage === '' ? '' : ` ${command.usage}`}\n\n${command.description}\n${flags}${options}`;
}
