import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Pool } from 'undici';
import { bundle } from '../../../build.mjs';
import { emulatorEnv, startEmulator, type Emulator } from '../../../src/emulator/index.ts';
import { send, toolCall } from './load.ts';
import { startServer, type ServerProcess } from './processes.ts';

/** One installation of the product over HTTP, on an emulator in this process, and the bare server beside it. */
export class BenchInstallation {
  readonly folder: string;
  readonly emulator: Emulator;
  readonly #undo: (() => Promise<unknown>)[] = [];

  private constructor(folder: string, emulator: Emulator) {
    this.folder = folder;
    this.emulator = emulator;
  }

  static async create(latencyMs = 100): Promise<BenchInstallation> {
    // Inside the project, so that what is bundled finds its packages.
    await mkdir('.test-tmp', { recursive: true });
    const folder = await mkdtemp(path.resolve('.test-tmp/bench-'));
    return new BenchInstallation(folder, await startEmulator({ latencyMs }));
  }

  /** The product, with a home of this name. */
  async product(home: string, extra: Record<string, string> = {}): Promise<ServerProcess & { readonly token: string }> {
    const env = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      FIREFLY_HOME: path.join(this.folder, home),
      FIREFLY_RPM: '10000',
      FIREFLY_RPD: '1000000',
      FIREFLY_LOG_LEVEL: 'warn',
      ...emulatorEnv(this.emulator),
      ...extra,
    };
    const profile = process.env['BENCH_PROFILE'];
    const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const server = await startServer([...flags, path.resolve('dist/main.js'), 'http', '--port', '0'], env);
    this.#undo.push(() => server.stop());
    const token = (await readFile(path.join(this.folder, home, 'http-token'), 'utf8')).trim();
    return { ...server, token };
  }

  /** The bare server, which sends this file at /file. */
  async bare(file = ''): Promise<ServerProcess> {
    const outdir = path.join(this.folder, 'bare');
    await bundle({ entry: path.resolve('test/bench/http/bare-server.ts'), outdir, plain: true });
    const server = await startServer([path.join(outdir, 'main.js'), file], { PATH: process.env['PATH'] });
    this.#undo.push(() => server.stop());
    return server;
  }

  /** Makes so many pictures, each by a call of its own. */
  async make(count: number, { port, token }: { readonly port: number; readonly token: string }): Promise<void> {
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: count });
    const calls = Array.from({ length: count }, (_, n) =>
      send(pool, toolCall(port, token, 'generate_image', { prompt: `a red chair, view ${n}` })),
    );
    await Promise.all(calls);
    await pool.close();
  }

  async end(): Promise<void> {
    for (const step of this.#undo.splice(0).toReversed()) await step();
    await this.emulator.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
