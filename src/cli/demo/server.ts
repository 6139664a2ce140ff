import { Client } from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Terminal } from '../terminal/terminal.ts';

/** The result of a tool call, as an MCP client gets it. */
export type ToolResult = Awaited<ReturnType<Client['callTool']>>;

/** This server in a process of its own, used through an MCP client. */
export interface DemoServer {
  /** Names of its tools. */
  readonly tools: readonly string[];
  /** Calls a tool. `onProgress` receives each progress message. */
  call(tool: string, input: Record<string, unknown>, onProgress: (message: string) => void): Promise<ToolResult>;
  close(): Promise<void>;
}

/** MCP revision of the demo; the tests cover the older ones. */
const PROTOCOL = '2026-07-28';
/** Time without progress after which a call fails. The server reports progress far more often. */
const PROGRESS_TIMEOUT_MS = 60_000;

/** Starts `stdio --demo` with the script of this program, and connects an MCP client to it. */
export async function startDemoServer(
  terminal: Terminal,
  folders: { readonly home: string; readonly output: string; readonly photographs: string },
): Promise<DemoServer> {
  const { VERSION } = await import('../version.ts');
  const transport = new StdioClientTransport({
    command: terminal.execPath,
    args: [terminal.entry, 'stdio', '--demo'],
    cwd: folders.output,
    // Without the variables of the shell, which could change the result of the demo.
    env: {
      ...getDefaultEnvironment(),
      FIREFLY_HOME: folders.home,
      FIREFLY_OUTPUT_DIR: folders.output,
      FIREFLY_ROOTS: folders.photographs,
      FIREFLY_LOG_LEVEL: 'warn',
    },
    stderr: 'inherit',
  });
  const client = new Client(
    { name: 'firefly-mcp-demo', version: VERSION },
    { versionNegotiation: { mode: { pin: PROTOCOL } } },
  );
  const signal = terminal.interrupted();
  const tools = await listedTools(client, transport, signal);
  return {
    tools: tools.map((tool) => tool.name),
    call: (name, input, onProgress) =>
      client.callTool(
        { name, arguments: input },
        {
          onprogress: ({ message }) => message !== undefined && onProgress(message),
          signal,
          timeout: PROGRESS_TIMEOUT_MS,
          resetTimeoutOnProgress: true,
        },
      ),
    close: () => client.close(),
  };
}

/** Connects and lists the tools; a client that fails leaves no process behind. */
async function listedTools(client: Client, transport: StdioClientTransport, signal: AbortSignal) {
  try {
    await client.connect(transport, { signal });
    return (await client.listTools({}, { signal })).tools;
  } catch (error) {
    await client.close();
    throw error;
  }
}
