import { execFile, spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emulatorEnv, startEmulator, type Emulator } from '../../../src/emulator/index.ts';
import { overhear, removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { canary } from '../../support/canaries.ts';
import { RecordedProcess } from '../history/recorded-installation.ts';
import { PowerLoss, recorded, STDOUT, STRACE, TORN, type Promised } from './power-loss.ts';
import { canTrace } from '../../support/program/strace.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

const STATES = 1_000;
const ITEMS = 3;
const works = canTrace();

describe.skipIf(!works)('the program under strace', { timeout: 180_000 }, () => {
  let folder: string;
  let emulator: Emulator;
  beforeAll(async () => {
    folder = temporaryFolder('power-');
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    // Within the folder, whose paths are the ones that are followed.
    cpSync(resolve('dist'), join(folder, 'program'), { recursive: true });
    emulator = await startEmulator({ draw: drawFlat, latencyMs: 50, clientSecret: canary('secret') });
  });
  afterAll(async () => {
    await emulator.close();
    removeFolder(folder);
  });

  /** A home of its own, and how strace runs the program there. */
  function set(name: string) {
    const home = join(folder, name);
    const log = join(folder, `${name}.log`);
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      FIREFLY_HOME: home,
      FIREFLY_OUTPUT_DIR: join(folder, 'out'),
      FIREFLY_RPM: '60',
      FIREFLY_PREVIEW: 'none',
      ...emulatorEnv(emulator),
    };
    const args = [...STRACE, '-o', log, process.execPath, join(folder, 'program', 'main.js')];
    const run = () => new PowerLoss(recorded(readFileSync(log, 'utf8'), folder));
    return { home, wal: join(home, 'firefly.sqlite-wal'), args, options: { cwd: folder, env }, run };
  }

  test('a job is acknowledged only when it is on the disk', { tags: 'long' }, async () => {
    const { wal, args, options, run } = set('answering');
    const child = spawn('strace', [...args, 'stdio'], { ...options, stdio: 'pipe' });
    overhear(child);
    const nothing = () => undefined;
    const server = new RecordedProcess(child, { note: nothing, impure: nothing, output: nothing });
    const told = await server.generate('a chair', 0).answer;
    child.stdin.end();
    await server.exited;
    const [durable, answered] = [run().durableAt('a chair', wal), run().writtenAt(told?.job ?? '?', STDOUT)];
    expect(durable).toBeDefined();
    expect(answered ?? 0).toBeGreaterThan(durable ?? Infinity);
  });

  test(
    'a content that another process has named already is synced again before its row is stored',
    { tags: 'long' },
    async () => {
      const { home, args, options } = set('again');
      const json = JSON.stringify({ prompt: 'a chair', model: 'image3', seeds: [7], new_job: true });
      const [program = '', main = ''] = args.slice(-2);
      await promisify(execFile)(program, [main, 'call', 'generate_image', '--json', json], options);
      await promisify(execFile)('strace', [...args, 'call', 'generate_image', '--json', json], options);
      const originals = filesOf(join(home, 'images', 'originals'), /\.jpg$/);
      expect(originals).toHaveLength(1);
      // strace prints paths in hexadecimal.
      const bytes = [...Buffer.from(dirname(originals[0] ?? ''))];
      const printed = bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
      const calls = readFileSync(join(folder, 'again.log'), 'utf8').split('\n');
      expect(calls.filter((call) => /\bfsync\(/.test(call) && call.includes(`<${printed}>`))).not.toEqual([]);
    },
  );

  test('a power cut leaves no row whose file is missing or torn', { tags: 'long' }, async () => {
    const { home, wal, args, options, run: recording } = set('home');
    const lines = Array.from({ length: ITEMS }, (_, n) => `{"prompt":"a chair ${n}","model":"image3"}\n`);
    writeFileSync(join(folder, 'items.jsonl'), lines.join(''));
    await promisify(execFile)('strace', [...args, 'batch', 'items.jsonl'], options);
    const run = recording();
    const originals = filesOf(join(home, 'images', 'originals'), /\.jpg$/);
    const delivered = filesOf(join(folder, 'out'), /\.jpg$/);
    expect([originals.length, delivered.length]).toEqual([ITEMS, ITEMS]);
    const promised: Promised[] = [
      // The database is in this folder: where it is gone, so are its rows.
      ...originals.map((path) => ({ path, root: home, mark: path.slice(-68, -4) })),
      ...delivered.map((path) => ({ path, root: folder, mark: path })),
    ];
    const problems = new Set<string>();
    for (const { path, root, mark } of promised) {
      // Row or not, no name comes before its bytes: the next one to come by would take it for whole.
      for (const cut of run.namedAt(path)) {
        if (run.wrong(path, root, cut, (kind) => kind === 'name') === TORN) problems.add(`${path}: named too early`);
      }
      const row = run.writtenAt(mark, wal) ?? Infinity;
      expect(row, path).toBeLessThan(run.length);
      for (let state = 0; state < STATES / promised.length; state += 1) {
        const cut = row + 1 + Math.floor(Math.random() ** 3 * (run.length - row));
        const chance = Math.random();
        const wrong = run.wrong(path, root, cut, () => Math.random() < chance);
        if (wrong !== undefined) problems.add(`${path.slice(folder.length)}: ${wrong}`);
      }
    }
    expect([...problems]).toEqual([]);
  });
});

function filesOf(folder: string, pattern: RegExp): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => pattern.test(file)).map((file) => join(folder, file));
}
