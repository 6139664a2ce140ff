import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { canary } from '../canaries.ts';
import { ownPorts } from '../ports.ts';
import { postgresPrograms, type Programs } from './programs.ts';

/** A PostgreSQL server for tests. */
export interface PostgresServer {
  /** Address of its maintenance database, with the password of a superuser. */
  readonly url: string;
  /** Stops it as a power cut would: clients are not told, nothing is finished. */
  crash(): Promise<void>;
  /** Starts it again at the same address; resolves when it takes connections. */
  start(): Promise<void>;
  /** Ends it for good and removes all that it wrote. */
  stop(): Promise<void>;
}

/** Words are commands; the end of the input, which also the death of the parent brings, ends and removes everything. */
const KEEPER = `
folder=$1; shift
start() { "$@" </dev/null >>"$folder/log" 2>&1 & pid=$!; }
start "$@"
while read -r word; do
  case $word in
    crash) kill -QUIT $pid; wait $pid; echo crashed ;;
    start) start "$@"; echo started ;;
  esac
done
kill -QUIT $pid 2>/dev/null; wait $pid; rm -rf "$folder"
`;

const PASSWORD = canary('postgres');

/**
 * Starts a server of the packaged programs.
 * @throws Error where there are none for this platform, or they do not run here; its message is one line
 */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const programs = await postgresPrograms();
  const folder = await mkdtemp(join(programs.temporary, 'postgres-'));
  try {
    return await startIn(folder, programs, settings);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, { home, user }: Programs, settings: readonly string[]): Promise<PostgresServer> {
  const links = await linkLibraries(folder, home);
  const password = join(folder, 'password');
  await writeFile(password, PASSWORD);
  if (user) for (const path of [folder, links, password]) await chown(path, user.uid, user.gid);
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', LD_LIBRARY_PATH: `${links}:${join(home, 'lib')}` };
  const options = { ...user, env, cwd: folder };

  const data = join(folder, 'data');
  const initdb = [
    '-D',
    data,
    '-U',
    'tester',
    '-A',
    'scram-sha-256',
    `--pwfile=${password}`,
    '-E',
    'UTF8',
    '--no-sync',
    '-c',
    'scram_iterations=1',
  ];
  const made = spawnSync(join(home, 'bin/initdb'), [...initdb, '--locale=C'], { ...options, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${asOneLine(made.error?.message ?? made.stderr)}`);

  // A port of its own also while the server is down: a client or a listener might get any other one meanwhile.
  const { first: port, release } = await ownPorts();
  const postgres = [join(home, 'bin/postgres'), '-D', data, '-p', String(port), '-k', '', '-c', 'shared_buffers=16MB'];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const command = ['-c', KEEPER, 'keeper', folder, ...postgres, '-c', 'listen_addresses=127.0.0.1', ...flags];
  // A session of its own: Ctrl-C is for the tests, which then end it.
  const keeper = spawn('sh', command, { ...options, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const url = `postgres://tester:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`;
  try {
    await accepting(url, join(folder, 'log'));
  } catch (error) {
    await end(keeper);
    release();
    throw error;
  }
  const tell = teller(keeper);
  return {
    url,
    crash: () => tell('crash'),
    start: async () => {
      await tell('start');
      await accepting(url, join(folder, 'log'));
    },
    stop: () => end(keeper).finally(release),
  };
}

/** The package's library links are made by an install script, which never runs; `pg-symlinks.json` lists them. */
async function linkLibraries(folder: string, home: string): Promise<string> {
  const links = join(folder, 'links');
  await mkdir(links);
  const list = z
    .array(z.object({ source: z.string().startsWith('native/'), target: z.string() }))
    .parse(JSON.parse(await readFile(join(home, 'pg-symlinks.json'), 'utf8').catch(() => '[]')));
  for (const { source, target } of list) {
    await symlink(join(home, source.slice('native/'.length)), join(links, basename(target)));
  }
  return links;
}

async function end(keeper: ChildProcess): Promise<void> {
  const ended = keeper.exitCode === null && keeper.signalCode === null ? once(keeper, 'exit') : undefined;
  keeper.stdin?.end();
  await ended;
}

function asOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 200);
}

async function accepting(url: string, log: string): Promise<void> {
  for (let attempt = 0; attempt < 2_400; attempt += 1) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    const connected = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (connected) return;
    await sleep(25);
  }
  throw new Error(`PostgreSQL did not start: ${asOneLine(await readFile(log, 'utf8').catch(() => 'no log'))}`);
}

function teller(keeper: ChildProcess): (word: string) => Promise<void> {
  if (!keeper.stdout) throw new Error('no output to listen to');
  const lines: Interface = createInterface(keeper.stdout);
  return async (word) => {
    const answered = once(lines, 'line');
    keeper.stdin?.write(`${word}\n`);
    await answered;
  };
}
