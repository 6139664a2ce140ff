import { pathRules } from '../../../config/environment.ts';
import { commandAndArgs, inHome, type Client } from '../client.ts';

export const claudeCode: Client = {
  id: 'claude-code',
  title: 'Claude Code',
  files: (where) => {
    const folder = where.env['CLAUDE_CONFIG_DIR'] || where.home;
    return [pathRules(where).join(folder, '.claude.json')];
  },
  traces: (where) => [where.env['CLAUDE_CONFIG_DIR'] || inHome(where, '.claude'), inHome(where, '.claude.json')],
  format: 'json',
  servers: ['mcpServers'],
  entry: (launch) => ({ type: 'stdio', ...commandAndArgs(launch) }),
  reload:
    'Start a new session; `claude mcp list` shows the server. Claude Code should not run while its file is changed.',
  tried: '@anthropic-ai/claude-code 2.1.332',
};
