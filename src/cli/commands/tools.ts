import { catalogue, toolsets } from '../../mcp/offer/catalogue.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { argumentsOf, findTool, withAllArguments, type ListedTool } from '../tool-arguments.ts';

export const tools: Command = {
  usage: '[TOOL] [--json]',
  description:
    'Lists the tools with the set of each (FIREFLY_TOOLSETS), or one tool with its arguments. Needs no credentials.',
  flags: { json: { type: 'boolean', help: 'Print the catalogue as clients get it (MCP tools/list).' } },
  takesOptions: false,
  words: 1,
  async run(flags, terminal) {
    const [name] = flags.words;
    const chosen = name === undefined ? catalogue : [findTool(name, catalogue)];
    const text = flags.booleans.has('json')
      ? JSON.stringify(name === undefined ? { tools: chosen } : chosen[0], undefined, 2)
      : name === undefined
        ? chosen.map(shortly).join('\n')
        : (await Promise.all(chosen.map(withAllArguments))).map(fully).join('\n');
    await terminal.out(`${text}\n`);
    return EXIT.ok;
  },
};

/** Widths of the columns of names and of sets. */
const NAME_WIDTH = 20;
const SET_WIDTH = 9;

function shortly(tool: ListedTool): string {
  const [sentence = ''] = tool.description.split(/(?<=\.)\s/);
  return `${tool.name.padEnd(NAME_WIDTH)}${(toolsets[tool.name] ?? '').padEnd(SET_WIDTH)}${sentence}`;
}

function fully(tool: ListedTool): string {
  const rows = argumentsOf(tool).map(({ name, type, required, description }) => {
    return `  --${name} (${type}${required ? ', required' : ''})\n      ${description}`;
  });
  return `${tool.name}: ${tool.title} (set ${toolsets[tool.name]})\n\n${tool.description}\n\nArguments:\n${rows.join('\n')}`;
}
