import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { emulatorEnv, startEmulator, type Emulator, type EmulatorOptions } from '../../../src/emulator/index.ts';
import { overhear, overhearClient, removeFolder, temporaryFolder } from '../artefacts.ts';
import { canary } from '../canaries.ts';

/** The program as users run it. */
export const MAIN = join(import.meta.dirname, '..', '..', '..', 'dist', 'main.js');

/** Time for one tool call where a test says no other, on a machine that is busy with other tests. */
const LONGEST_CALL_MS = 120_000;

/** Everything that one test started; ends all of it. */
export class TestInstallation {
  readonly folder: string;
  readonly #undo: (() => Promise<unknown>)[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<TestInstallation> {
    return new TestInstallation(temporaryFolder('firefly-e2e-'));
  }

  onEnd(step: () => Promise<unknown>): void {
    this.#undo.push(step);
  }

  /** An emulator in Adobe's place, which is closed at the end. Its client secret is searched for, unless another is given. */
  async emulator(options: EmulatorOptions = {}): Promise<Emulator> {
    const emulator = await startEmulator({ clientSecret: canary('secret'), ...options });
    this.onEnd(() => emulator.close());
    return emulator;
  }

  /** What the program finds around it: nothing but what a test says. */
  environment(emulator?: Emulator, extra: Record<string, string> = {}): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      FIREFLY_HOME: join(this.folder, 'home'),
      FIREFLY_OUTPUT_DIR: join(this.folder, 'out'),
      FIREFLY_ROOTS: this.folder,
      ...(emulator ? emulatorEnv(emulator) : {}),
      ...extra,
    };
  }

  /** A real MCP client on a spawned server. */
  async client(
    environment: Record<string, string>,
    args: readonly string[] = ['stdio'],
    mode: NonNullable<ClientOptions['versionNegotiation']>['mode'] = 'auto',
    { capabilities = {}, prepare = () => undefined }: ClientSetup = {},
  ): Promise<Connected> {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [MAIN, ...args],
      env: environment,
      cwd: this.folder,
      stderr: 'pipe',
    });
    const log: string[] = [];
    transport.stderr?.on('data', (chunk: Buffer) => log.push(String(chunk)));
    const client = new Client(
      { name: 'e2e', version: '1.0.0' },
      { versionNegotiation: { mode: mode ?? 'auto' }, capabilities },
    );
    prepare(client);
    await client.connect(transport);
    overhearClient(transport);
    this.onEnd(() => client.close());
    return { client, log, pid: transport.pid ?? 0, call: (name, input, mostMs) => callOf(client, name, input, mostMs) };
  }

  /** The server as a bare process: JSON-RPC lines in and out. */
  pipe(environment: Record<string, string>, args: readonly string[] = ['stdio']): Piped {
    const child = spawn(process.execPath, [MAIN, ...args], { env: environment, cwd: this.folder, stdio: 'pipe' });
    overhear(child);
    const exited = once(child, 'exit');
    this.onEnd(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    return pipedOf(child);
  }

  async end(): Promise<void> {
    for (const step of this.#undo.splice(0).toReversed()) await step();
    removeFolder(this.folder);
  }
}

/** What a client declares, and what is set up in it before it connects. */
export interface ClientSetup {
  readonly capabilities?: NonNullable<ClientOptions['capabilities']>;
  readonly prepare?: (client: Client) => void;
}

/** A connected client and what the server wrote to stderr. */
export interface Connected {
  readonly client: Client;
  readonly log: readonly string[];
  readonly pid: number;
  /** One tool call, of two minutes at most unless said: its text, its facts, and whether it is an error. */
  call(name: string, input?: Record<string, unknown>, mostMs?: number): Promise<Told>;
}

/** What a call told. */
export interface Told {
  readonly isError: boolean;
  readonly text: string;
  // Results differ per tool; tests look at the facts that they are about.
  readonly facts: Facts;
  readonly kinds: readonly string[];
}

/** `structuredContent`, as loosely as JSON is. */
export interface Facts {
  readonly [key: string]: unknown;
}

async function callOf(
  client: Client,
  name: string,
  input: Record<string, unknown> = {},
  mostMs = LONGEST_CALL_MS,
): Promise<Told> {
  const result = await client.callTool({ name, arguments: input }, { timeout: mostMs });
  const text = result.content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  return {
    isError: result.isError === true,
    text,
    facts: (result.structuredContent ?? {}) as Facts,
    kinds: result.content.map(({ type }) => type),
  };
}

/** A server behind a pipe. */
export interface Piped {
  readonly child: ChildProcess;
  send(message: unknown): void;
  /** The answer to the request of that id. */
  answer(id: number): Promise<Record<string, unknown>>;
}

function pipedOf(child: ChildProcess): Piped {
  const answers = new Map<unknown, Record<string, unknown>>();
  const waiting = new Map<unknown, (answer: Record<string, unknown>) => void>();
  if (!child.stdout) throw new Error('no stdout');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Record<string, unknown>;
    answers.set(message['id'], message);
    waiting.get(message['id'])?.(message);
  });
  return {
    child,
    send: (message) => child.stdin?.write(`${JSON.stringify(message)}\n`),
    answer: (id) =>
      new Promise((resolve) => {
        const known = answers.get(id);
        if (known) resolve(known);
        else waiting.set(id, resolve);
      }),
  };
}
