import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { overhearClient } from '../support/artefacts.ts';

/** How a server is started. */
export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Connects a client to a server on stdio, and ends both afterwards. */
export async function withServer<T>(start: Start, work: (client: Client) => Promise<T>): Promise<T> {
  const transport = new StdioClientTransport({
    command: start.command,
    args: [...start.args],
    cwd: start.cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: start.cwd, ...start.env },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'compat', version: '1.0.0' });
  await client.connect(transport);
  overhearClient(transport);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Text and structured content of a tool's answer. */
export async function call(client: Client, name: string, args: Record<string, unknown>) {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
  const blocks = content as readonly { type: string; text?: string }[];
  return {
    text: blocks.map(({ text }) => text ?? '').join('\n'),
    structured: structuredContent,
    isError: isError === true,
  };
}

/** Milliseconds from the start of a process to its list of tools. */
export async function msToTools(start: Start): Promise<number> {
  const begun = performance.now();
  return withServer(start, async (client) => {
    await client.listTools();
    return performance.now() - begun;
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
