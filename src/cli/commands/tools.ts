import { catalogue } from '../../mcp/catalogue.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { argumentsOf, findTool, type ListedTool } from '../tool-arguments.ts';

export const tools: Command = {
  usage: '[TOOL] [--json]',
  description: 'Lists the tools, or one tool with its arguments. Needs no credentials.',
  flags: { json: { type: 'boolean', help: 'Print the catalogue as clients get it (MCP tools/list).' } },
  takesOptions: false,
  words: 1,
  async run(flags, terminal) {
    const [name] = flags.words;
    const chosen = name === undefined ? catalogue : [findTool(name, catalogue)];
    const text = flags.booleans.has('json')
      ? JSON.stringify(name === undefined ? { tools: chosen } : chosen[0], undefined, 2)
      : chosen.map(name === undefined ? shortly : fully).join('\n');
    await terminal.out(`${text}\n`);
    return EXIT.ok;
  },
};

/** Width of the column of names. */
const NAME_WIDTH = 20;

function shortly(tool: ListedTool): string {
  const [sentence = ''] = tool.description.split(/(?<=\.)\s/);
  return `${tool.name.padEnd(NAME_WIDTH)}${sentence}`;
}

function fully(tool: ListedTool): string {
  const rows = argumentsOf(tool).map(({ name, type, required, description }) => {
    return `  --${name} (${type}${required ? ', required' : ''})\n      ${description}`;
  });
  return `${tool.name}: ${tool.title}\n\n${tool.description}\n\nArguments:\n${rows.join('\n')}`;
}
