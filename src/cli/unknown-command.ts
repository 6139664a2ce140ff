import { catalogue } from '../mcp/offer/catalogue.ts';
import { suggestion } from '../shared/text/suggest.ts';
import { spelledName } from '../tools/arguments/lenient/names.ts';
import { UsageError } from './exit-codes.ts';

/** What to write in place of a word that is no command: the nearest command, or how a tool of this name is called. */
export function unknownCommand(name: string, commands: readonly string[]): UsageError {
  const tools = catalogue.map((tool) => tool.name);
  const plain = name.replaceAll('-', '_');
  const tool = tools.includes(plain) ? plain : spelledName(plain, tools);
  const hint = tool === undefined ? suggestion(name, commands) : ` ${tool} is a tool: firefly-mcp call ${tool}.`;
  return new UsageError(`There is no command "${name}".${hint}`);
}
