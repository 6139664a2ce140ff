import { existsSync, readFileSync } from 'node:fs';

/** A JSON-RPC message, as far as it is looked at. */
export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: Record<string, unknown>;
    readonly inputResponses?: unknown;
    readonly _meta?: Record<string, unknown>;
  };
  readonly result?: Record<string, unknown>;
}

/** A message and who sent it. */
export interface Spoken {
  readonly from: 'client' | 'server';
  readonly message: Message;
}

/** What was said on a connection, in the words of the table in docs/hosts.md. */
export interface Heard {
  readonly revision: string;
  /** Calls of tools, in order. One that comes back with the answer to its question is not told twice (MCP 2026-07-28). */
  readonly calls: readonly { readonly tool: string; readonly arguments: Record<string, unknown> }[];
  readonly asksForProgress: boolean;
  /** Notifications of progress that the server sent. */
  readonly progress: number;
  /** Whether the server heard of a cancellation. */
  readonly cancelled: boolean;
}

const REVISION = 'io.modelcontextprotocol/protocolVersion';

/** What recorded messages amount to. */
export function hear(spoken: readonly Spoken[]): Heard {
  const own = (from: Spoken['from']) => spoken.filter((one) => one.from === from).map(({ message }) => message);
  const calls = own('client').filter(
    ({ method, params }) => method === 'tools/call' && params?.inputResponses === undefined,
  );
  const inEnvelope = calls.map(({ params }) => params?._meta?.[REVISION]).find((one) => one !== undefined);
  const agreed = own('server').findLast(({ result }) => result?.['protocolVersion'] !== undefined)?.result;
  return {
    revision: String(inEnvelope ?? agreed?.['protocolVersion']),
    calls: calls.map(({ params }) => ({ tool: params?.name ?? '', arguments: params?.arguments ?? {} })),
    asksForProgress: calls.some(({ params }) => params?._meta?.['progressToken'] !== undefined),
    progress: own('server').filter(({ method }) => method === 'notifications/progress').length,
    cancelled: own('client').some(
      ({ method }) => method === 'notifications/cancelled' || method === 'closed its stream',
    ),
  };
}

/** The messages that `stdio.mjs` wrote down. */
export function readSpoken(file: string): readonly Spoken[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Spoken);
}
