import { commandAndArgs, inAppData, inHome, type Client } from '../client.ts';

const FILE = 'cline_mcp_settings.json';

export const cline: Client = {
  id: 'cline',
  title: 'Cline',
  // The extension of VS Code, then the command line.
  files: (where) => {
    const named = where.env['CLINE_MCP_SETTINGS_PATH'];
    const extension = ['Code', 'User', 'globalStorage', 'saoudrizwan.claude-dev', 'settings', FILE];
    const usual = [inAppData(where, ...extension), inHome(where, '.cline', 'data', 'settings', FILE)];
    return named ? [named, ...usual] : usual;
  },
  format: 'json',
  servers: ['mcpServers'],
  // Seconds. Cline ends a call after 60 s by default, and paid calls may take longer.
  entry: (launch) => ({ ...commandAndArgs(launch), disabled: false, timeout: 300 }),
  reload: 'Cline reads the file anew by itself; its MCP Servers view shows the server.',
};
