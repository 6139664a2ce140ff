// @ts-check
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { driveClient } from '../drive-client.mjs';
import { headers, task } from '../task.mjs';

const client = new Client({ name: 'driver', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
await client.connect(
  task.transport === 'stdio'
    ? new StdioClientTransport({ command: task.command, args: task.args, env: task.env })
    : new StreamableHTTPClientTransport(new URL(task.url), { requestInit: { headers } }),
);
await driveClient({
  listTools: () => client.listTools(),
  callTool: (params, options) => client.callTool(params, options),
  readResource: (params) => client.readResource(params),
});
