import { base64, commandAndArgs, inHome, type Client } from '../client.ts';

export const lmStudio: Client = {
  id: 'lm-studio',
  title: 'LM Studio',
  // The second is the folder of older versions.
  files: (where) => [inHome(where, '.lmstudio', 'mcp.json'), inHome(where, '.cache', 'lm-studio', 'mcp.json')],
  format: 'json',
  servers: ['mcpServers'],
  entry: commandAndArgs,
  link: (name, launch) => {
    const config = encodeURIComponent(base64(commandAndArgs(launch)));
    return `https://lmstudio.ai/install-mcp?name=${encodeURIComponent(name)}&config=${config}`;
  },
  reload: 'Switch the server on in the Program tab of the right sidebar.',
};
