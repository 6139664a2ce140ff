// Draws a picture through the HTTP server and saves it:
//   FIREFLY_MCP_URL=http://127.0.0.1:8787/mcp FIREFLY_MCP_TOKEN=… node client.ts "a red chair"
// Needs `npm install @modelcontextprotocol/client`, and Node 22.18 or newer, which runs TypeScript.
import { writeFile } from 'node:fs/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

interface Job {
  readonly job: string;
  readonly state: string;
  readonly images: readonly { readonly image: string; readonly link: string }[];
}

const { FIREFLY_MCP_URL = 'http://127.0.0.1:8787/mcp', FIREFLY_MCP_TOKEN = '' } = process.env;
const client = new Client({ name: 'example', version: '1.0.0' });
const headers = { Authorization: `Bearer ${FIREFLY_MCP_TOKEN}` };
await client.connect(new StreamableHTTPClientTransport(new URL(FIREFLY_MCP_URL), { requestInit: { headers } }));

async function call(name: string, input: Record<string, unknown>): Promise<Job> {
  const result = await client.callTool({ name, arguments: input });
  if (result.isError) throw new Error(JSON.stringify(result.content));
  return result.structuredContent as unknown as Job;
}

let made = await call('generate_image', { prompt: process.argv[2] ?? 'a red chair' });
// A call answers with a running job where the picture takes longer than it waits. The job goes on meanwhile.
while (made.state !== 'succeeded') made = await call('job_status', { job: made.job });
for (const { image, link } of made.images) {
  // The link is signed: it needs no token.
  const picture = await fetch(link);
  await writeFile(`${image}.jpg`, Buffer.from(await picture.arrayBuffer()));
  process.stdout.write(`${image}.jpg\n`);
}
await client.close();
