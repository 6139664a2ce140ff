// @ts-check
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { driveClient } from '../drive-client.mjs';
import { headers, task } from '../task.mjs';

const client = new Client({ name: 'driver', version: '1.0.0' });
await client.connect(
  task.transport === 'stdio'
    ? new StdioClientTransport({ command: task.command, args: task.args, env: task.env })
    : new StreamableHTTPClientTransport(new URL(task.url), { requestInit: { headers } }),
);
await driveClient({
  listTools: () => client.listTools(),
  callTool: (params, options) => client.callTool(params, undefined, options),
  readResource: (params) => client.readResource(params),
});
