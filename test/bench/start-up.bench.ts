import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, test } from 'vitest';
import { bundle } from '../../build.mjs';
import { median, OPENING_2025, OPENING_2026, timeToToolsList, type Opening } from './start-up.ts';

const ROUNDS = 15;
const RIVAL = path.resolve('test/bench/bare-server.ts');
let folder: string;
let contestants: Record<string, readonly string[]>;

beforeAll(async () => {
  // Inside the project, so that the unbundled rival finds its packages as they come from npm.
  await mkdir('.test-tmp', { recursive: true });
  folder = await mkdtemp(path.resolve('.test-tmp/bench-'));
  // One file that imports its packages as they come from npm.
  const plain = path.join(folder, 'plain.mjs');
  const build = await rolldown({ input: RIVAL, external: /^[@\w]/, platform: 'node' });
  await build.write({ file: plain, format: 'esm' });
  await bundle({ entry: RIVAL, outdir: path.join(folder, 'bundled'), plain: true });
  const nothing = path.join(folder, 'nothing.mjs');
  await writeFile(nothing, `process.stdin.once('data', () => console.log('{"id":2}'));`);
  contestants = {
    'firefly-mcp stdio': [path.resolve('dist/main.js'), 'stdio'],
    'bare SDK server, bundled': [path.join(folder, 'bundled/main.js')],
    'bare SDK server, from npm': [plain],
    'node that answers at once': [nothing],
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every contestant once per round, in turn, so that what else the machine does hits all alike. */
async function race(opening: Opening): Promise<Record<string, number[]>> {
  const env = { PATH: process.env['PATH'], HOME: folder, FIREFLY_HOME: path.join(folder, 'home') };
  const times: Record<string, number[]> = {};
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, args] of Object.entries(contestants)) {
      const elapsed = await timeToToolsList(args, opening, env);
      // The first round fills the file cache.
      if (round >= 0) (times[name] ??= []).push(elapsed);
    }
  }
  return times;
}

test.each([
  ['2025-11-25', OPENING_2025],
  ['2026-07-28', OPENING_2026],
])('start-up, %s: spawn to the answer of tools/list', async (era, opening) => {
  const times = await race(opening);
  const ours = times['firefly-mcp stdio'] ?? [];
  const rows = Object.entries(times).map(([name, values]) => ({
    name,
    'median ms': Math.round(median(values)),
    'min ms': Math.round(Math.min(...values)),
    'ours / this, pair by pair': Number(median(ours.map((value, round) => value / (values[round] ?? 1))).toFixed(2)),
  }));
  console.log(`\nSpawn to the answer of tools/list, ${era}, Node ${process.version}, ${ROUNDS} interleaved rounds`);
  console.table(rows);
});
