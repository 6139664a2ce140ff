import { commandAndArgs, inAppData, type Client } from '../client.ts';

export const vscode: Client = {
  id: 'vscode',
  title: 'VS Code',
  files: (where) => [inAppData(where, 'Code', 'User', 'mcp.json')],
  format: 'jsonc',
  servers: ['servers'],
  inputs: 'inputs',
  entry: (launch) => ({ type: 'stdio', ...commandAndArgs(launch) }),
  link: (name, launch, inputs) => {
    const asked = inputs.length === 0 ? '' : `&inputs=${encodeURIComponent(JSON.stringify(inputs))}`;
    const config = encodeURIComponent(JSON.stringify(commandAndArgs(launch)));
    return `https://insiders.vscode.dev/redirect/mcp/install?name=${encodeURIComponent(name)}${asked}&config=${config}`;
  },
  reload: 'Start the server with "MCP: List Servers".',
  asks: 'VS Code then asks for the credentials once and keeps them itself.',
};
