import { commandAndArgs, inHome, type Client } from '../client.ts';

export const windsurf: Client = {
  id: 'windsurf',
  title: 'Windsurf',
  files: (where) => [inHome(where, '.codeium', 'windsurf', 'mcp_config.json')],
  format: 'json',
  servers: ['mcpServers'],
  entry: commandAndArgs,
  reload: 'Press the refresh button of the MCP servers in Cascade, or restart Windsurf.',
};
