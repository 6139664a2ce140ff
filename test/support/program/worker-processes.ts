import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Whether this machine tells what processes there are, as Linux does in /proc. */
export const TELLS_PROCESSES = process.platform === 'linux';

/** Facts of a process; undefined for one that has ended, also while its parent has not asked for its exit code. */
function processOf(pid: number): { readonly group: number; readonly args: string } | undefined {
  try {
    const [, state = '', group = ''] = /\) (\S) \d+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    if (state === 'Z') return undefined;
    return { group: Number(group), args: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
  } catch {
    return undefined;
  }
}

/** The process group of a process; undefined for one that is gone. */
export const groupOf = (pid: number): number | undefined => processOf(pid)?.group;

/** Whether a process is there. */
export const isThere = (pid: number): boolean => processOf(pid) !== undefined;

/** Built files of processes that work on very large pictures. */
const WORKERS = ['composite-worker', 'picture-worker', 'subject-worker'] as const;
export type WorkerName = (typeof WORKERS)[number];

/** The processes that work on a very large picture for `parent` right now: those that its main thread has started. */
export function workersOf(parent: number, names: readonly WorkerName[] = WORKERS): readonly number[] {
  return children(parent).filter((pid) => names.some((name) => processOf(pid)?.args.includes(`${name}.js`)));
}

function children(parent: number): readonly number[] {
  try {
    return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/**
 * Waits until `parent` works on a picture in a process of its own, and halts that process.
 * @returns its id
 */
export async function haltedProcess(parent: number, name: WorkerName = 'composite-worker'): Promise<number> {
  let found: number | undefined;
  // One that has ended meanwhile is not halted.
  await expect.poll(() => (found = workersOf(parent, [name])[0]), { interval: 5 }).toBeDefined();
  const pid = found ?? expect.unreachable();
  process.kill(pid, 'SIGSTOP');
  return pid;
}

/**
 * Lets a halted process run until it has begun with its order, for which it loads the decoder library, and halts it again. It runs
 * for a few milliseconds at a time, so that on a busy machine it is not done before that is seen.
 */
export async function haltedAtWork(pid: number): Promise<void> {
  const maps = () => readFileSync(`/proc/${pid}/maps`, 'utf8');
  while (!maps().includes('libvips')) {
    process.kill(pid, 'SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(pid, 'SIGSTOP');
  }
}

/** Bytes that a process holds right now, and the most it has held at once; zeros for one that is gone. */
function memoryOf(pid: number): { readonly now: number; readonly most: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (field: string) => 1_024 * Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
    return { now: bytes('VmRSS'), most: bytes('VmHWM') };
  } catch {
    return { now: 0, most: 0 };
  }
}

/** The most bytes that a server, its processes for pictures, and both together have held at once. */
export interface Memory {
  readonly server: number;
  readonly process: number;
  readonly both: number;
  /** Most of these processes at one moment. */
  readonly processes: number;
}

/** Time between two looks, milliseconds: what an edit takes at most it takes for longer. */
const LOOK_MS = 20;

/** Looks at the memory of a server and of its processes for pictures until the returned function is called. */
export function watchMemory(server: number): () => Memory {
  const seen = { server: 0, process: 0, both: 0, processes: 0 };
  const look = () => {
    const own = memoryOf(server);
    const workers = workersOf(server).map(memoryOf);
    const now = workers.reduce((sum, worker) => sum + worker.now, 0);
    seen.server = Math.max(seen.server, own.most);
    seen.process = Math.max(seen.process, ...workers.map(({ most }) => most));
    seen.both = Math.max(seen.both, own.now + now, own.most);
    seen.processes = Math.max(seen.processes, workers.length);
  };
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    look();
    return seen;
  };
}
