import path from 'node:path';
import { Pool } from 'undici';
import { afterEach, beforeEach, test } from 'vitest';
import { multiplyRunning } from './history.ts';
import { BenchInstallation } from './installation.ts';
import { openPool, send, toolCall, type Repeated } from './load.ts';

/** Time over which processor time is measured. */
const MEASURED_MS = 10_000;

let place: BenchInstallation;
beforeEach(async () => {
  // Jobs that do not end while they are looked at.
  place = await BenchInstallation.create(600_000);
});
afterEach(() => place.end());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A running job of a server, and its id. */
async function begin({ port, token }: { readonly port: number; readonly token: string }): Promise<string> {
  const pool = new Pool(`http://127.0.0.1:${port}`);
  let job = '';
  const request = toolCall(port, token, 'generate_image', { prompt: 'a red chair', wait_seconds: 0 });
  await send(pool, { ...request, check: (answer) => void (job = /job_[0-9a-z]+/i.exec(answer)?.[0] ?? '') });
  await pool.close();
  return job;
}

/** Opens requests whose answers do not come. */
function leaveOpen(request: Repeated, count: number): () => Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${request.port}`, { connections: count, bodyTimeout: 0, headersTimeout: 0 });
  for (let n = 0; n < count; n += 1) void send(pool, request).catch(() => undefined);
  return () => pool.destroy();
}

test('500 waiting calls', async () => {
  const server = await place.product('waiting');
  const job = await begin(server);
  await pause(3_000);
  const idle = { cpuMs: server.cpuMs(), rssMb: server.rssMb() };
  await pause(MEASURED_MS);
  const alone = server.cpuMs() - idle.cpuMs;
  const leave = leaveOpen(toolCall(server.port, server.token, 'job_status', { job, wait_seconds: 40 }), 500);
  await pause(5_000);
  const before = server.cpuMs();
  await pause(MEASURED_MS);
  const waiting = server.cpuMs() - before;
  const share = (ms: number) => `${((100 * ms) / MEASURED_MS).toFixed(1)} % of a core`;
  const kb = ((server.rssMb() - idle.rssMb) * 1024) / 500;
  console.log(
    `\n500 calls that wait for a running job: ${share(waiting)} (goal: under 5 %); without them ${share(alone)}. ` +
      `${kb.toFixed(0)} kB of memory each`,
  );
  await leave();
});

test('1,000 open subscriptions', async () => {
  const server = await place.product('subscriptions');
  const warm = await openPool(toolCall(server.port, server.token, 'job_status'), 1);
  await warm.close();
  const before = server.rssMb();
  const call = toolCall(server.port, server.token, 'none');
  const body = JSON.stringify({
    ...(JSON.parse(call.body ?? '{}') as object),
    method: 'subscriptions/listen',
    params: {
      ...(JSON.parse(call.body ?? '{}') as { params: object }).params,
      notifications: { resourcesListChanged: true },
    },
  });
  const { 'mcp-name': _name, ...headers } = call.headers;
  const leave = leaveOpen({ ...call, body, headers: { ...headers, 'mcp-method': 'subscriptions/listen' } }, 1_000);
  await pause(15_000);
  const start = server.cpuMs();
  await pause(MEASURED_MS);
  const cpuMs = server.cpuMs() - start;
  const kb = ((server.rssMb() - before) * 1024) / 1_000;
  console.log(
    `\n1,000 open subscriptions: ${kb.toFixed(0)} kB of memory each, ${((100 * cpuMs) / MEASURED_MS).toFixed(1)} % of a core`,
  );
  await leave();
});

test('10,000 jobs in flight', async () => {
  const first = await place.product('flight');
  await begin(first);
  await pause(3_000);
  await first.stop();
  const store = (home: string) => path.join(place.folder, home, 'firefly.sqlite');
  const figures = async (home: string) => {
    const server = await place.product(home);
    const pool = await openPool(toolCall(server.port, server.token, 'job_status'), 1);
    await pause(MEASURED_MS);
    const before = server.cpuMs();
    await pause(MEASURED_MS);
    const seen = { cpuMs: server.cpuMs() - before, rssMb: server.rssMb() };
    await pool.close();
    await server.stop();
    return seen;
  };
  const one = await figures('flight');
  await multiplyRunning(store('flight'), 10_000);
  const many = await figures('flight');
  const share = ({ cpuMs }: { readonly cpuMs: number }) => `${((100 * cpuMs) / MEASURED_MS).toFixed(1)} % of a core`;
  const kb = ((many.rssMb - one.rssMb) * 1024) / 10_000;
  console.log(
    `\n10,000 jobs in flight: ${kb.toFixed(1)} kB of memory a job (goal: under 4), ${share(many)}; with one ${share(one)}`,
  );
});
