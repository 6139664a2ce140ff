import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { overhear, removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { PROGRAM } from '../../support/program/command.ts';

const folder = temporaryFolder('firefly-unread-');
afterEach(() => removeFolder(folder));

const REQUESTS = 1_500;
/** Makes the requests longer than the buffers between the processes. */
const PADDING = 'x'.repeat(1_000);
/** All answers together have over 45 MB. */
const MOST_GROWTH_MB = 30;

const megabytesOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

test.skipIf(process.platform !== 'linux')(
  'a client that reads no answers is not read from, gets all answers in the end, and takes no memory meanwhile',
  { tags: 'long' },
  async () => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, FIREFLY_HOME: folder, FIREFLY_LOG_LEVEL: 'silent' };
    const child = spawn(process.execPath, [PROGRAM, 'stdio'], { cwd: folder, env });
    child.stdin.on('error', () => undefined);
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'unread', version: '1' } };
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params })}\n`);
    await once(child.stdout, 'readable');
    const before = megabytesOf(child.pid ?? 0);
    const lines = Array.from({ length: REQUESTS }, (_, n) =>
      JSON.stringify({ jsonrpc: '2.0', id: n + 1, method: 'tools/list', params: { _meta: { padding: PADDING } } }),
    );
    child.stdin.write(`${lines.join('\n')}\n`);
    await setTimeout(1_500);
    // What the server has not read is more than what pipes hold.
    expect(child.stdin.writableLength).toBeGreaterThan(1e6);
    expect(megabytesOf(child.pid ?? 0) - before).toBeLessThan(MOST_GROWTH_MB);
    let answers = 0;
    const reader = createInterface({ input: child.stdout });
    reader.on('line', () => answers++);
    // Only now: a listener reads the stream.
    overhear(child);
    await expect.poll(() => answers, { timeout: 120_000 }).toBe(REQUESTS + 1);
    child.kill('SIGKILL');
    await once(child, 'close');
  },
);
