import { commandAndArgs, inAppData, inConfig, type Client } from '../client.ts';

export const zed: Client = {
  id: 'zed',
  title: 'Zed',
  files: (where) => [
    where.platform === 'win32' ? inAppData(where, 'Zed', 'settings.json') : inConfig(where, 'zed', 'settings.json'),
  ],
  format: 'jsonc',
  servers: ['context_servers'],
  entry: commandAndArgs,
  reload: 'Zed reads the file anew by itself; the settings of the Agent Panel show the server.',
};
