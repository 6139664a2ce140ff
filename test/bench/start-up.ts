import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The messages of a client up to `tools/list`, whose answer ends the measurement. */
export type Opening = readonly object[];

/** A client of the 2025 era. */
export const OPENING_2025: Opening = [
  {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
  },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 2, method: 'tools/list' },
];

const _meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
};

/** A client of the 2026-07-28 era. */
export const OPENING_2026: Opening = [
  { jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta } },
  { jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta } },
];

/** Milliseconds from the spawn of `node …args` to its answer to `tools/list`. */
export async function timeToToolsList(
  args: readonly string[],
  opening: Opening,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'], env });
  const exited = once(child, 'exit');
  child.stdin.write(opening.map((message) => `${JSON.stringify(message)}\n`).join(''));
  let answered = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const message: unknown = JSON.parse(line);
    answered = typeof message === 'object' && message !== null && 'id' in message && message.id === 2;
    if (answered) break;
  }
  const elapsed = performance.now() - started;
  child.kill('SIGKILL');
  await exited;
  if (!answered) throw new Error(`node ${args.join(' ')} ended without an answer.`);
  return elapsed;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
