import { spawn, type ChildProcess, type Serializable } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkSignals } from '../../shared/time/abort.ts';
import { Problem } from '../../shared/errors.ts';
import { inPrivateFolder } from './private-folder.ts';
import { reclaimPixels } from '../reclaim.ts';
import { builtFile, CannotStart, MOST_HEAP_MB, type Carrier } from './carrier.ts';
import { freeBytes } from './free-bytes.ts';
import { fromFiles, toFiles } from './in-files.ts';
import { resultOf, type Answer } from './messages.ts';

/** Processes for heavy work on pictures. */
interface ProcessOptions<Order> {
  /** Name of the built file without `.js` (`WORKERS` in build/bundle.mjs). */
  readonly name: string;
  /** The byte arrays of an order, which are handed over: they must not be used afterwards. */
  readonly bytesOf: (order: Order) => readonly Uint8Array[];
  /** Where private temporary folders may be made. */
  readonly folder: string;
  /** The program that runs the file; undefined where this process has none. */
  readonly program?: string | undefined;
}

/** Processes that end with their order. */
export interface Processes<Order, Result> extends Carrier<Order, Result> {
  /** Gives up the order that is under way, and all that are still to come; resolves when nothing of them is left. */
  readonly end: () => Promise<void>;
}

/**
 * All that a process is given as its environment. glibc then gives freed memory back, and pixels of all threads come from one
 * arena: an edit of 64 million pixels takes some 200 MB less. Other systems do not know these names.
 */
const ENVIRONMENT = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/** The program that runs this process, if it runs files: in a desktop host it is the host itself, which would open a window. */
export function programOf({ execPath, versions }: Pick<NodeJS.Process, 'execPath' | 'versions'>): string | undefined {
  return versions['electron'] === undefined ? execPath : undefined;
}

/**
 * A process for each order, ended with it, so that all memory it took is given back, and a decoder that crashes ends nothing
 * else. It shares neither environment nor input and output with this process, and signals of a terminal do not reach it.
 * The bytes of order and result go through files of a private folder.
 */
export function inProcess<Order extends object, Result>(options: ProcessOptions<Order>): Processes<Order, Result> {
  const { name, bytesOf, folder } = options;
  const program = 'program' in options ? options.program : programOf(process);
  const ending = new AbortController();
  let underWay: Promise<unknown> = Promise.resolve();

  async function carryOut(order: Order, signal: AbortSignal | undefined): Promise<Result> {
    using stop = linkSignals(signal, ending.signal);
    stop.signal.throwIfAborted();
    let hasFolder = false;
    const made = inPrivateFolder(folder, 'firefly-order-', (own) => {
      hasFolder = true;
      return carryOutIn(own, order, stop.signal);
    });
    underWay = made.catch(() => {});
    try {
      return await made;
    } catch (error) {
      throw hasFolder ? error : new CannotStart(messageOf(error), { cause: error });
    }
  }

  async function carryOutIn(own: string, order: Order, signal: AbortSignal): Promise<Result> {
    const child = start(program, [fileURLToPath(builtFile(name)), own]);
    const kill = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    try {
      const named = await prepared(child, order, own);
      bytesOf(order).forEach(freeBytes);
      // The pieces in which they were read are garbage by now, of as many bytes.
      await reclaimPixels();
      const answer = await ask(child, named);
      // Before its result is read: the memory of both would be taken at once.
      await ended(child);
      return await fromFiles<Result>(resultOf(answer, signal, name), own);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', kill);
      await ended(child);
    }
  }

  /** The order with its bytes in files, once the process is ready for it. @throws CannotStart with all bytes as they were */
  async function prepared(child: ChildProcess, order: Order, own: string): Promise<unknown> {
    const writing = toFiles(order, bytesOf(order), { folder: own, prefix: 'order' });
    const [named, ready] = await Promise.allSettled([writing, isReady(child)]);
    if (named.status === 'fulfilled' && ready.status === 'fulfilled') return named.value;
    const cause: unknown = [named, ready].flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))[0];
    throw new CannotStart(messageOf(cause), { cause });
  }

  return {
    carryOut,
    rest: () => Promise.resolve(),
    async end() {
      ending.abort(new Error('this program is ending'));
      await underWay;
    },
  };
}

/** @throws CannotStart; some reasons come as an `error` of the process (`isReady`) */
function start(program: string | undefined, [file, own]: readonly [file: string, own: string]): ChildProcess {
  if (program === undefined) throw new CannotStart('the program of this process runs no files');
  try {
    return spawn(program, [`--max-old-space-size=${MOST_HEAP_MB}`, file, own], {
      env: ENVIRONMENT,
      // The folder in which this process runs may be gone.
      cwd: path.dirname(file),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      // In a process group of its own.
      detached: true,
      windowsHide: true,
    });
  } catch (error) {
    throw new CannotStart(messageOf(error), { cause: error });
  }
}

/** Resolves when the worker's file runs. @throws where the process does not come as far */
function isReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.on('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`the process ended with ${signal ?? code}`)));
  });
}

/** @param order its byte arrays are in files, and those of the answer will be */
function ask(child: ChildProcess, order: unknown): Promise<Answer<unknown>> {
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as Answer<unknown>));
    if (hasEnded(child)) return reject(endedEarly(child));
    child.once('exit', () => reject(endedEarly(child)));
    child.send(order as Serializable, (error) => {
      if (error !== null) child.kill('SIGKILL');
    });
  });
}

function endedEarly({ signalCode, exitCode }: ChildProcess): Problem {
  const how = signalCode ?? exitCode;
  return new Problem(
    'internal_error',
    `The process that makes it ended early (${how}), as happens where memory is short.`,
    {
      actor: 'operator',
      next: 'See that some 700 MB of memory are free, then try again.',
    },
  );
}

const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid === undefined || exitCode !== null || signalCode !== null;

/** Ends a process, and resolves when it is gone. */
async function ended(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  await new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGKILL');
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
