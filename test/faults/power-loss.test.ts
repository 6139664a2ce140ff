import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { bundle } from '../../build.mjs';
import { emulatorEnv, startEmulator } from '../../src/emulator/index.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { PowerLoss, recorded, STRACE, type Promised } from './power-loss.ts';

const STATES = 1_000;
const ITEMS = 3;
const works = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
if (!works) console.error('strace is not there, or may not trace: C08 is left out');

/** Runs a batch under strace; what it did to files, and which files the rows of its database promise. */
async function record(folder: string) {
  const emulator = await startEmulator({ latencyMs: 50 });
  try {
    await bundle({ entry: resolve('src/main.ts'), outdir: join(folder, 'program') });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const lines = Array.from({ length: ITEMS }, (_, n) => `{"prompt":"a chair ${n}","model":"image3"}\n`);
    writeFileSync(join(folder, 'items.jsonl'), lines.join(''));
    const [home, out, log] = ['home', 'out', 'log'].map((name) => join(folder, name)) as [string, string, string];
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      FIREFLY_HOME: home,
      FIREFLY_OUTPUT_DIR: out,
      FIREFLY_RPM: '60',
      ...emulatorEnv(emulator),
    };
    const program = [process.execPath, join(folder, 'program', 'main.js'), 'batch', 'items.jsonl'];
    await promisify(execFile)('strace', [...STRACE, '-o', log, ...program], { cwd: folder, env });
    return { home, out, log: readFileSync(log, 'utf8') };
  } finally {
    await emulator.close();
  }
}

function filesOf(folder: string, pattern: RegExp): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => pattern.test(file)).map((file) => join(folder, file));
}

it.skipIf(!works)('C08: a power cut leaves no row whose file is missing or torn', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder('power-');
  try {
    const { home, out, log } = await record(folder);
    const run = new PowerLoss(recorded(log, folder));
    const originals = filesOf(join(home, 'images', 'originals'), /\.jpg$/);
    const delivered = filesOf(out, /\.jpg$/);
    expect([originals.length, delivered.length]).toEqual([ITEMS, ITEMS]);
    const promised: Promised[] = [
      // The database is in this folder: where it is gone, so are its rows.
      ...originals.map((path) => ({ path, root: home, mark: path.slice(-68, -4) })),
      ...delivered.map((path) => ({ path, root: folder, mark: path })),
    ];
    const database = join(home, 'firefly.sqlite');
    const problems = new Map<string, number>();
    let judged = 0;
    for (const { path, root, mark } of promised) {
      const row = run.rowAt(mark, database);
      expect(row, path).toBeDefined();
      for (let state = 0; state < STATES / promised.length; state += 1) {
        const cut = (row ?? 0) + 1 + Math.floor(Math.random() ** 3 * (run.length - (row ?? 0)));
        const chance = Math.random();
        const wrong = run.wrong(path, root, cut, () => Math.random() < chance);
        judged += 1;
        if (wrong !== undefined) problems.set(`${path.slice(folder.length)}: ${wrong}`, cut);
      }
    }
    expect(judged).toBeGreaterThanOrEqual(STATES);
    expect([...problems.keys()]).toEqual([]);
  } finally {
    removeFolder(folder);
  }
});
