// @ts-check
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { fileURLToPath } from 'node:url';
import { driveClient } from '../drive-client.mjs';
import { headers, task } from '../task.mjs';

const script = fileURLToPath(new URL('node_modules/mcp-remote/dist/proxy.js', import.meta.url));
const args = [script, task.url, '--transport', 'http-only', '--header', `Authorization: ${headers.Authorization}`];
const client = new Client({ name: 'driver', version: '1.0.0' });
const env = { HOME: process.env['HOME'] ?? '', PATH: process.env['PATH'] ?? '' };
await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }));
await driveClient({
  listTools: () => client.listTools(),
  callTool: (params, options) => client.callTool(params, undefined, options),
  readResource: (params) => client.readResource(params),
});
