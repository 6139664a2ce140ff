import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { toNodeHandler, type NodeIncomingMessageLike } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

// What our HTTP server is compared with: the smallest that the SDK can make, with one tool that knows its answer, and at
// /file the plainest way to send a file. `bare-server.js FILE` says its port.
const [, , file = ''] = process.argv;
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'bare', version: '1.0.0' });
  server.registerTool('job_status', { description: 'Greets.', inputSchema: z.object({}) }, async () => ({
    content: [{ type: 'text', text: 'Hello' }],
  }));
  return server;
});
const answer = toNodeHandler(handler);
const server = createServer((request, response) => {
  if (request.url !== '/file') return void answer(request as NodeIncomingMessageLike, response);
  response.writeHead(200, { 'Content-Type': 'image/png', 'Content-Length': statSync(file).size });
  createReadStream(file).pipe(response);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`port ${address.port}`);
});
