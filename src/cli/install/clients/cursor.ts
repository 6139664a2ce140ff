import { base64, commandAndArgs, inHome, type Client } from '../client.ts';

export const cursor: Client = {
  id: 'cursor',
  title: 'Cursor',
  files: (where) => [inHome(where, '.cursor', 'mcp.json')],
  format: 'jsonc',
  servers: ['mcpServers'],
  entry: commandAndArgs,
  link: (name, launch) => {
    const config = encodeURIComponent(base64(commandAndArgs(launch)));
    return `https://cursor.com/en/install-mcp?name=${encodeURIComponent(name)}&config=${config}`;
  },
  reload: 'Switch the server on in Settings → MCP; restart Cursor where it is not listed.',
};
