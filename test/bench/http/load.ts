import { Pool } from 'undici';

/** What a server did under load. */
export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** A request that is sent again and again. */
export interface Repeated {
  readonly port: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Throws for an answer that is not the expected one. Called for the first answer of each connection. */
  readonly check: (answer: string) => void;
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
};

/** A `tools/call` of the 2026-07-28 era. */
export function toolCall(port: number, token: string, name: string, args: Record<string, unknown> = {}): Repeated {
  const params = { name, arguments: args, _meta: META };
  return {
    port,
    method: 'POST',
    path: '/mcp',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    check: (answer) => {
      if (!answer.includes('"result"') || answer.includes('"isError":true')) throw new Error(answer.slice(0, 400));
    },
  };
}

/** Sends a request and reads its answer. */
export async function send(pool: Pool, { path, method, headers, body, check }: Repeated): Promise<void> {
  const answer = await pool.request({ path, method, headers, body: body ?? null });
  check(await answer.body.text());
}

/** Connections to a server, each of which has carried one request. */
export async function openPool(request: Repeated, connections: number): Promise<Pool> {
  const pool = new Pool(`http://127.0.0.1:${request.port}`, {
    connections,
    pipelining: 1,
    bodyTimeout: 0,
    headersTimeout: 0,
  });
  // One at a time: a server accepts few connections in one turn of its loop.
  const opened = Array.from({ length: connections }, () => send(pool, request));
  await Promise.all(opened);
  return pool;
}

/** Loads a server over connections that are open already. */
export async function loadFor(ms: number, pool: Pool, request: Repeated, connections: number): Promise<Load> {
  const times: number[] = [];
  const started = performance.now();
  const { path, method, headers, body } = request;
  const lane = async () => {
    while (performance.now() - started < ms) {
      const sent = performance.now();
      const answer = await pool.request({ path, method, headers, body: body ?? null });
      await answer.body.dump({ limit: Number.MAX_SAFE_INTEGER });
      if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const seconds = (performance.now() - started) / 1000;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { perSecond: times.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}
