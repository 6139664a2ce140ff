import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../src/emulator/index.ts';
import { fileBlobs } from '../../support/rooms/blobs.ts';
import { createImageLibrary, imageMigrations } from '../../../src/images/library/library.ts';
import { jobMigrations } from '../../../src/jobs/index.ts';
import { JOB_STATES } from '../../../src/jobs/model/states.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { canary } from '../../support/canaries.ts';
import { MAIN, TestInstallation } from '../../support/program/test-installation.ts';
import type { History, Operation } from './history.ts';
import { rowsAtTheEnd, textOfRows, watchMoves } from './recording.ts';
import { overhear } from '../../support/artefacts.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

const SECRET = canary('recorded');
const COMMON = { clock: systemClock, random: systemRandom, logger: silentLogger };

/** A tool call that was sent to a process. */
export interface Sent {
  readonly call: string;
  readonly prompt: string | undefined;
  /** The answer; undefined when the process ended first. */
  readonly answer: Promise<Told | undefined>;
}

/** The facts of a tool result. */
export interface Told {
  readonly isError: boolean;
  readonly job: string | undefined;
  readonly state: string | undefined;
  readonly code: string | undefined;
  readonly images: readonly string[];
}

/** Processes of one `TestInstallation`, against one emulator, with a record of everything that they say and do. */
export class RecordedInstallation {
  readonly emulator: Emulator;
  readonly db: Database;
  readonly operations: Operation[] = [];
  /** Lines of stdout that are no JSON-RPC messages; the last line of a killed process may be cut. */
  readonly impure: string[] = [];
  readonly #installation: TestInstallation;
  readonly #perMinute: number;
  readonly #running = new Set<RecordedProcess>();
  #output = '';
  #count = 0;

  private constructor(parts: { emulator: Emulator; db: Database; installation: TestInstallation; perMinute: number }) {
    this.emulator = parts.emulator;
    this.db = parts.db;
    this.#installation = parts.installation;
    this.#perMinute = parts.perMinute;
  }

  static async create(options: EmulatorOptions & { perMinute: number }): Promise<RecordedInstallation> {
    const { perMinute, ...rest } = options;
    const emulator = await startEmulator({ draw: drawFlat, clientSecret: SECRET, logLimit: 1_000_000, ...rest });
    const installation = await TestInstallation.create();
    installation.onEnd(() => emulator.close());
    const home = join(installation.folder, 'home');
    await mkdir(home, { mode: 0o700 });
    const migrations = [imageMigrations, jobMigrations];
    const db = await openStore({ path: join(home, 'firefly.sqlite'), migrations, ...COMMON });
    await watchMoves(db);
    return new RecordedInstallation({ emulator, db, installation, perMinute });
  }

  /** Starts one more process, under another program where one is given, and shakes hands with it. */
  start(under: readonly string[] = []): RecordedProcess {
    const [program, ...args] = [...under, process.execPath, MAIN, 'stdio'];
    const env = this.#installation.environment(this.emulator, {
      FIREFLY_PREVIEW: 'none',
      FIREFLY_RPM: String(this.#perMinute),
    });
    const child = spawn(program, args, { cwd: this.#installation.folder, stdio: 'pipe', env });
    overhear(child);
    const name = `process ${(this.#count += 1)}`;
    const server = new RecordedProcess(child, {
      note: (operation) => this.operations.push({ ...operation, process: name }),
      impure: (line) => this.impure.push(`${name}: ${line}`),
      output: (text) => (this.#output += text),
    });
    this.#running.add(server);
    void server.exited.then(() => this.#running.delete(server));
    return server;
  }

  /** The number of jobs without an end. */
  async unfinished(): Promise<number> {
    const row = await this.db.first('SELECT COUNT(*) AS jobs FROM jobs WHERE finished_at IS NULL');
    return Number(row?.['jobs'] ?? 0);
  }

  /** Runs one process until every job has its end. Returns the jobs left after `limitMs`, with the end of the log. */
  async drain(limitMs: number): Promise<readonly string[]> {
    const judge = this.start();
    judge.call('job_status', {});
    const end = performance.now() + limitMs;
    while ((await this.unfinished()) > 0 && performance.now() < end) await sleep(200);
    const left = await this.db.all('SELECT id, state, lease_owner FROM jobs WHERE finished_at IS NULL');
    judge.child.stdin?.end();
    await Promise.race([judge.exited, sleep(6_000)]);
    return left.length === 0 ? [] : [...left.map((row) => JSON.stringify(row)), this.#output.slice(-2_000)];
  }

  /** What is wrong with the audit log once all processes have ended: it has to have one line for each paid request. */
  async audit(): Promise<readonly string[]> {
    const text = await readFile(join(this.#installation.folder, 'home', 'audit.jsonl'), 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line.endsWith('}'));
    const ids = lines.map((line) => (JSON.parse(line) as { request_id: string }).request_id);
    const submits = this.emulator.control.submits().map(({ headers }) => String(headers['x-request-id']));
    const written = (id: string) => ids.filter((each) => each === id).length;
    return submits.filter((id) => written(id) !== 1).map((id) => `${written(id)} lines for request ${id}`);
  }

  async integrity(): Promise<string> {
    const row = await this.db.first('PRAGMA integrity_check');
    return String(Object.values(row ?? {})[0]);
  }

  async history(): Promise<History> {
    const images = createImageLibrary({
      db: this.db,
      blobs: fileBlobs(join(this.#installation.folder, 'home', 'images')),
      ...COMMON,
    });
    return {
      ...(await rowsAtTheEnd(this.db, images)),
      operations: this.operations,
      arrivals: this.emulator.control.requests(),
      perMinute: this.#perMinute,
      outputs: { 'stdout and stderr': this.#output, database: await textOfRows(this.db) },
      secrets: [SECRET],
    };
  }

  async end(): Promise<void> {
    const running = [...this.#running];
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.map(({ exited }) => exited));
    await this.db.close();
    await this.#installation.end();
  }
}

interface Listener {
  readonly note: (operation: Omit<Operation, 'process'>) => void;
  readonly impure: (line: string) => void;
  readonly output: (text: string) => void;
}

/** A process whose calls and answers are recorded. */
export class RecordedProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
  readonly #listener: Listener;
  readonly #open = new Map<
    number,
    { readonly sent: Omit<Sent, 'answer'>; readonly end: (told: Told | undefined) => void }
  >();
  #ids = 1;
  #rest = '';

  constructor(child: ChildProcess, listener: Listener) {
    this.child = child;
    this.#listener = listener;
    child.stdin?.on('error', () => undefined);
    child.stdout?.on('data', (piece: Buffer) => this.#receive(String(piece)));
    child.stderr?.on('data', (piece: Buffer) => listener.output(String(piece)));
    this.exited = once(child, 'close').then(([code, signal]) => {
      for (const { sent, end } of this.#open.values()) {
        listener.note({ ...about(sent), outcome: 'info', jobs: [], images: [], told: undefined });
        end(undefined);
      }
      this.#open.clear();
      return [code as number | null, signal as NodeJS.Signals | null] as const;
    });
    const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    this.#send({ id: 1, method: 'initialize', params: initialize }, { method: 'notifications/initialized' });
  }

  /** Calls a tool. */
  call(name: string, input: Record<string, unknown>): Sent {
    const id = (this.#ids += 1);
    const prompt = typeof input['prompt'] === 'string' ? input['prompt'] : undefined;
    let end: (told: Told | undefined) => void = () => undefined;
    const answer = new Promise<Told | undefined>((resolve) => (end = resolve));
    this.#open.set(id, { sent: { call: name, prompt }, end });
    this.#send({ id, method: 'tools/call', params: { name, arguments: input } });
    return { call: name, prompt, answer };
  }

  generate(prompt: string, waitSeconds: number): Sent {
    return this.call('generate_image', { prompt, size: '1024x1024', model: 'image3', wait_seconds: waitSeconds });
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  #send(...messages: readonly object[]): void {
    const text = messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
    if (this.child.stdin?.writable) this.child.stdin.write(text);
  }

  #receive(text: string): void {
    this.#listener.output(text);
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#handle(line);
  }

  #handle(line: string): void {
    const message = parsed(line);
    if (message?.['jsonrpc'] !== '2.0') return this.#listener.impure(line.slice(0, 200));
    const open = this.#open.get(Number(message['id']));
    if (!open) return;
    this.#open.delete(Number(message['id']));
    const told = toldBy(message['result']);
    const state = JOB_STATES.find((name) => name === told.state);
    const outcome = told.job === undefined && told.isError ? 'fail' : 'ok';
    const jobs = told.job === undefined ? [] : [told.job];
    this.#listener.note({ ...about(open.sent), outcome, jobs, images: told.images, told: state });
    open.end(told);
  }
}

function about({ call, prompt }: Omit<Sent, 'answer'>) {
  return { principal: 'local', call, prompt };
}

function toldBy(result: unknown): Told {
  const { isError, structuredContent: facts } = (result ?? { isError: true }) as {
    isError?: boolean;
    structuredContent?: { job?: string; state?: string; images?: { image: string }[]; error?: { code?: string } };
  };
  return {
    isError: isError === true,
    job: facts?.job,
    state: facts?.state,
    code: facts?.error?.code,
    images: (facts?.images ?? []).map(({ image }) => image),
  };
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Real time. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
