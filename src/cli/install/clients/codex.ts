import { commandAndArgs, inFolderOf, type Client } from '../client.ts';

export const codex: Client = {
  id: 'codex',
  title: 'Codex',
  files: (where) => [inFolderOf(where, 'CODEX_HOME', '.codex', 'config.toml')],
  format: 'toml',
  servers: ['mcp_servers'],
  // Seconds. A paid call waits 45 s by default, and may be asked to wait longer.
  entry: (launch) => ({ ...commandAndArgs(launch), startup_timeout_sec: 20, tool_timeout_sec: 300 }),
  reload: 'Start a new session; `codex mcp list` shows the server.',
  tried: '@openai/codex 0.171.0',
};
