import { pathRules } from '../../../config/environment.ts';
import { commandAndArgs, type Client } from '../client.ts';

export const geminiCli: Client = {
  id: 'gemini-cli',
  title: 'Gemini CLI',
  files: (where) => [pathRules(where).join(where.env['GEMINI_CLI_HOME'] || where.home, '.gemini', 'settings.json')],
  format: 'jsonc',
  servers: ['mcpServers'],
  entry: commandAndArgs,
  reload: 'Start a new session; `gemini mcp list` shows the server.',
  tried: '@google/gemini-cli 0.61.0',
};
