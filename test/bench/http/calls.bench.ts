import path from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { median } from '../start-up.ts';
import { multiplyHistory } from './history.ts';
import { BenchInstallation } from './installation.ts';
import { loadFor, openPool, toolCall, type Load, type Repeated } from './load.ts';
import type { ServerProcess } from './processes.ts';

const CONNECTIONS = 100;
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const ROUND_MS = Number(process.env['ROUND_MS'] ?? 3_000);

interface Contestant {
  readonly server: ServerProcess;
  readonly request: Repeated;
}

let place: BenchInstallation;
const contestants: Record<string, Contestant> = {};

beforeAll(async () => {
  place = await BenchInstallation.create();
  const bare = await place.bare();
  contestants['bare SDK server'] = { server: bare, request: toolCall(bare.port, 'none', 'job_status') };
  for (const [name, times] of [
    ['ten jobs', 1],
    ['10,000 jobs', 1_000],
  ] as const) {
    const first = await place.product(name);
    await place.make(10, first);
    await first.stop();
    if (times > 1) await multiplyHistory(path.join(place.folder, name, 'firefly.sqlite'), times);
    const server = await place.product(name);
    contestants[`job_status, ${name}`] = { server, request: toolCall(server.port, server.token, 'job_status') };
  }
}, 120_000);
afterAll(() => place.end());

interface Figures extends Load {
  readonly cpuMs: number;
  readonly rssMb: number;
}

async function round({ server, request }: Contestant): Promise<Figures> {
  const pool = await openPool(request, CONNECTIONS);
  const before = server.cpuMs();
  const load = await loadFor(ROUND_MS, pool, request, CONNECTIONS);
  const cpuMs = (server.cpuMs() - before) / ((load.perSecond * ROUND_MS) / 1000);
  const figures = { ...load, cpuMs, rssMb: server.rssMb() };
  await pool.close();
  return figures;
}

test(`job_status over HTTP at ${CONNECTIONS} connections`, async () => {
  const seen: Record<string, Figures[]> = {};
  for (let number = -1; number < ROUNDS; number += 1) {
    for (const [name, contestant] of Object.entries(contestants)) {
      const figures = await round(contestant);
      // The first round compiles.
      if (number >= 0) (seen[name] ??= []).push(figures);
    }
  }
  const bare = seen['bare SDK server'] ?? [];
  const ratio = (rounds: readonly Figures[], of: (figures: Figures) => number) =>
    Number(median(rounds.map((figures, n) => of(figures) / of(bare[n] ?? figures))).toFixed(2));
  console.log(
    `\njob_status at ${CONNECTIONS} connections, Node ${process.version}, ${ROUNDS} rounds in turn. ` +
      'Goals, by the bare server of the round: calls 0.8 and more, p99 2 and less, memory 1.3 and less',
  );
  console.table(
    Object.entries(seen).map(([name, rounds]) => ({
      name,
      'calls/s': Math.round(median(rounds.map(({ perSecond }) => perSecond))),
      'p50 ms': Math.round(median(rounds.map(({ p50Ms }) => p50Ms))),
      'p99 ms': Math.round(median(rounds.map(({ p99Ms }) => p99Ms))),
      'CPU ms a call': Number(median(rounds.map(({ cpuMs }) => cpuMs)).toFixed(2)),
      'RSS MB': Math.round(Math.max(...rounds.map(({ rssMb }) => rssMb))),
      'calls / bare': ratio(rounds, ({ perSecond }) => perSecond),
      'p99 / bare': ratio(rounds, ({ p99Ms }) => p99Ms),
      'RSS / bare': ratio(rounds, ({ rssMb }) => rssMb),
    })),
  );
});
