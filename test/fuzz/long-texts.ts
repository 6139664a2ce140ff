import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { INITIALIZE } from '../mcp/fixture/http.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { PROGRAM } from '../support/program/command.ts';
import { mixed } from './generators/messages.ts';

/** What a server was sent, and the most resident memory that it had by then, MB. */
export interface Memory {
  readonly inputs: number;
  readonly megabytes: number;
  readonly mostMb: number;
}

/** Sends one input; resolves once it is answered, or cannot be. */
type Send = (input: string) => Promise<unknown>;

/** Inputs that are drawn at once, and sent side by side. */
const GROUP = 20;
/**
 * Sends odd inputs, some of megabytes, to a server without credentials, so that nothing is drawn. Linux alone: memory comes
 * from /proc.
 * @param count inputs
 * @param nodeArgs flags of Node for the server
 */
export async function tormented(
  way: 'stdio' | 'HTTP',
  count: number,
  seed: number,
  nodeArgs: readonly string[] = [],
): Promise<Memory> {
  const folder = temporaryFolder('firefly-texts-');
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, FIREFLY_HOME: folder, FIREFLY_LOG_LEVEL: 'warn' };
  const args = way === 'stdio' ? ['stdio'] : ['http', '--port', '0'];
  const child = spawn(process.execPath, [...nodeArgs, PROGRAM, ...args], { cwd: folder, env });
  child.stdin.on('error', () => undefined);
  // Unread output would fill the pipe and block the server.
  child.stderr.resume();
  const exited = once(child, 'exit');
  try {
    const send = way === 'stdio' ? await overStdio(child) : await overHttp(child, folder);
    let megabytes = 0;
    for (let sent = 0; sent < count; sent += GROUP) {
      const group = fc.sample(mixed, { numRuns: GROUP, seed: seed + sent });
      megabytes += group.reduce((sum, text) => sum + text.length, 0) / 1e6;
      await Promise.race([
        Promise.all(group.map(send)),
        exited.then(() => Promise.reject(new Error(`The server ended by inputs of the seed ${seed + sent}.`))),
      ]);
    }
    return { inputs: count, megabytes: Math.round(megabytes), mostMb: peakOf(child.pid ?? 0) };
  } finally {
    child.kill('SIGKILL');
    await exited;
    removeFolder(folder);
  }
}

/** The most resident memory that a process has had, MB. */
function peakOf(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
}

type Child = ReturnType<typeof spawn>;

/** Each input is followed by a ping, whose answer comes after it was read. */
async function overStdio({ stdin, stdout }: Child): Promise<Send> {
  if (stdin === null || stdout === null) throw new Error('The server has no pipes.');
  const waiting = new Map<string, () => void>();
  createInterface({ input: stdout }).on('line', (line) => {
    const id = /"id":"(ping-\d+)"/.exec(line.slice(-60) + line.slice(0, 60))?.[1];
    if (id !== undefined) waiting.get(id)?.();
  });
  let pings = 0;
  const send: Send = (text) =>
    new Promise<void>((resolve) => {
      const id = `ping-${(pings += 1)}`;
      waiting.set(id, () => {
        waiting.delete(id);
        resolve();
      });
      stdin.write(`${text}\n${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`);
    });
  await send(INITIALIZE);
  return send;
}

/** In one session, over connections that are kept. */
async function overHttp(child: Child, folder: string): Promise<Send> {
  let said = '';
  const port = await new Promise<number>((resolve) => {
    child.stderr?.on('data', function listen(chunk) {
      said += String(chunk);
      const found = /127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (found === undefined) return;
      child.stderr?.off('data', listen).resume();
      resolve(Number(found));
    });
  });
  const headers: Record<string, string> = {
    Authorization: `Bearer ${readFileSync(join(folder, 'http-token'), 'utf8').trim()}`,
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const send = (body: string) =>
    new Promise<string | undefined>((resolve) => {
      const outgoing = request(
        { port, host: '127.0.0.1', method: 'POST', path: '/mcp', headers, agent },
        (response) => {
          response.resume();
          response.once('close', () => resolve(String(response.headers['mcp-session-id'] ?? '')));
        },
      );
      outgoing.once('error', () => resolve(undefined));
      outgoing.end(body);
    });
  const session = await send(INITIALIZE);
  if (session !== undefined) headers['Mcp-Session-Id'] = session;
  return send;
}
