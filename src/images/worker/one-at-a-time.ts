import { Worker } from 'node:worker_threads';
import { abortable } from '../../shared/time/abort.ts';
import { afterwards } from '../../shared/time/clock.ts';
import { Problem } from '../../shared/errors.ts';
import { LOADERS_ARE_BLOCKED, loadSharp } from '../sharp.ts';
import { wholeBuffers, type Answer, type Request } from './messages.ts';

/** A thread for heavy work on pictures. */
export interface WorkerOptions<Order> {
  /** Name of the built file without `.js` (`WORKERS` in build/bundle.mjs). */
  readonly name: string;
  /** The byte arrays of an order, which are handed over: they must not be used afterwards. */
  readonly bytesOf: (order: Order) => readonly Uint8Array[];
  /** Calls something after so many milliseconds, unless what it returns is called before. */
  readonly later?: typeof afterwards;
  /** Memory that the process takes, bytes. */
  readonly memory?: () => number;
}

/**
 * Carries an order out after all that came before. An order that is a function is called in its turn, so that orders which
 * wait hold no bytes.
 * @throws Problem; the signal's reason as soon as it aborts
 */
export type CarryOut<Order, Result> = (order: Order | (() => Promise<Order>), signal?: AbortSignal) => Promise<Result>;

/** The folder of built workers: beside the bundle that runs; from the source, in the build that every test run makes first. */
const FOLDER = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/' : './', import.meta.url);

/** Most memory of the worker's own objects, megabytes. Pixels are outside of it; their limits are those of the pictures. */
const MOST_HEAP_MB = 256;

/** How long a thread waits for another order, milliseconds: those of a batch come one after the other. */
const IDLE_MS = 10_000;
/** Most memory, bytes, that the process may have gained since the start of a thread that is kept. */
const MOST_KEPT_BYTES = 128e6;

/**
 * A worker that carries out one order at a time, off the event loop. It is started with the first order and kept for the
 * next one, ten seconds at most, since its start takes longer than the work on a small picture. A thread whose work has
 * taken much memory is ended at once, and the process ends without waiting for a thread that is kept.
 */
export function oneAtATime<Order extends object, Result>({
  name,
  bytesOf,
  later = afterwards,
  memory = () => process.memoryUsage.rss(),
}: WorkerOptions<Order>): CarryOut<Order, Result> {
  let thread: Worker | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let memoryAtStart = 0;
  let keepOn = () => {};

  async function run(given: Order | (() => Promise<Order>), signal: AbortSignal | undefined): Promise<Result> {
    signal?.throwIfAborted();
    const order = typeof given === 'function' ? await given() : given;
    const stopped = new SharedArrayBuffer(4);
    const stop = () => Atomics.store(new Int32Array(stopped), 0, 1);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const worker = (thread ??= start());
      worker.ref();
      // The thread starts meanwhile; it decodes nothing before its first order.
      await loadSharp();
      const answer = await ask<Order, Result>(worker, { order, stopped }, wholeBuffers(bytesOf(order)), name);
      return unpack(answer, signal, name);
    } catch (error) {
      // After a crash the next order starts another thread.
      if (!(error instanceof Problem) && signal?.aborted !== true) await end();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  function start(): Worker {
    memoryAtStart = memory();
    const started = new Worker(new URL(`${name}.js`, FOLDER), {
      workerData: LOADERS_ARE_BLOCKED,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    });
    // Of a thread that waits no order hears; the next one starts another.
    started.on('error', () => {});
    started.on('exit', () => {
      if (thread === started) thread = undefined;
    });
    return started;
  }

  /** No work is under way in the thread at this moment, so that nothing is cut off. */
  async function rest(): Promise<void> {
    if (memory() - memoryAtStart > MOST_KEPT_BYTES) return end();
    thread?.unref();
    keepOn = later(IDLE_MS, () => void end());
  }

  async function end(): Promise<void> {
    const ended = thread;
    thread = undefined;
    await ended?.terminate();
  }

  return (order, signal) => {
    waiting++;
    keepOn();
    const made = last.then(async () => {
      try {
        return await run(order, signal);
      } finally {
        waiting--;
        if (waiting === 0) await rest();
      }
    });
    last = made.catch(() => {});
    // The work itself ends at its next step.
    return signal === undefined ? made : abortable(made, signal);
  };
}

function ask<Order, Result>(
  thread: Worker,
  request: Request<Order>,
  buffers: ArrayBuffer[],
  name: string,
): Promise<Answer<Result>> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void) => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      work();
    };
    const onMessage = (answer: Answer<Result>) => settle(() => resolve(answer));
    const onError = (error: unknown) => settle(() => reject(error as Error));
    const onExit = (code: number) => settle(() => reject(new Error(`the ${name} ended with ${code}`)));
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(request, buffers);
  });
}

function unpack<Result>(answer: Answer<Result>, signal: AbortSignal | undefined, name: string): Result {
  if ('result' in answer) return answer.result;
  if ('problem' in answer) throw new Problem(answer.problem.code, answer.problem.message, answer.problem);
  if ('defect' in answer) throw new Error(answer.defect);
  signal?.throwIfAborted();
  throw new Error(`the ${name} stopped without being asked`);
}
