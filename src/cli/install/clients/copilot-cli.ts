import { commandAndArgs, inFolderOf, type Client } from '../client.ts';

export const copilotCli: Client = {
  id: 'copilot-cli',
  title: 'Copilot CLI',
  files: (where) => [inFolderOf(where, 'COPILOT_HOME', '.copilot', 'mcp-config.json')],
  format: 'json',
  servers: ['mcpServers'],
  entry: (launch) => ({ type: 'local', ...commandAndArgs(launch), tools: ['*'] }),
  reload: 'Start a new session; `/mcp show` lists the server.',
  tried: '@github/copilot 1.0.102',
};
