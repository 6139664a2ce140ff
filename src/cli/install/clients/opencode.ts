import { inConfig, type Client } from '../client.ts';

export const opencode: Client = {
  id: 'opencode',
  title: 'opencode',
  files: (where) => {
    const named = where.env['OPENCODE_CONFIG'];
    const usual = ['opencode.json', 'opencode.jsonc'].map((name) => inConfig(where, 'opencode', name));
    return named ? [named, ...usual] : usual;
  },
  format: 'jsonc',
  servers: ['mcp'],
  entry: ({ command, args, env }) => ({
    type: 'local',
    command: [command, ...args],
    enabled: true,
    ...(Object.keys(env).length === 0 ? {} : { environment: env }),
  }),
  reload: 'Start a new session; `opencode mcp list` shows the server.',
  tried: 'opencode-linux-x64 1.18.33',
};
