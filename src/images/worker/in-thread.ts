import { Worker } from 'node:worker_threads';
import { afterwards } from '../../shared/time/clock.ts';
import { Problem } from '../../shared/errors.ts';
import { LOADERS_ARE_BLOCKED, loadSharp } from '../sharp.ts';
import { builtFile, MOST_HEAP_MB, type Carrier } from './carrier.ts';
import { resultOf, wholeBuffers, type Answer, type Request } from './messages.ts';

/** A thread for heavy work on pictures. */
interface ThreadOptions<Order> {
  /** Name of the built file without `.js` (`WORKERS` in build/bundle.mjs). */
  readonly name: string;
  /** The byte arrays of an order, which are handed over: they must not be used afterwards. */
  readonly bytesOf: (order: Order) => readonly Uint8Array[];
  /** Calls something after so many milliseconds, unless what it returns is called before. */
  readonly later?: typeof afterwards;
  /** Memory that the process takes, bytes. */
  readonly memory?: () => number;
}

/** How long a thread waits for another order, milliseconds: those of a batch come one after the other. */
const IDLE_MS = 10_000;
/** Most memory, bytes, that the process may have gained since the start of a thread that is kept. */
const MOST_KEPT_BYTES = 128e6;

/**
 * A thread that is started with the first order and kept for the next one, ten seconds at most, since its start takes longer
 * than the work on a small picture. A thread whose work has taken much memory is ended at once, and the process ends without
 * waiting for a thread that is kept. An order that is no longer wanted ends at its next step.
 */
export function inThread<Order extends object, Result>({
  name,
  bytesOf,
  later = afterwards,
  memory = () => process.memoryUsage.rss(),
}: ThreadOptions<Order>): Carrier<Order, Result> {
  let thread: Worker | undefined;
  let memoryAtStart = 0;
  let keepOn = () => {};

  async function carryOut(order: Order, signal: AbortSignal | undefined): Promise<Result> {
    keepOn();
    const stopped = new SharedArrayBuffer(4);
    const stop = () => Atomics.store(new Int32Array(stopped), 0, 1);
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const worker = (thread ??= start());
      worker.ref();
      // The thread starts meanwhile; it decodes nothing before its first order.
      await loadSharp();
      const answer = await ask<Order, Result>(worker, { order, stopped }, wholeBuffers(bytesOf(order)), name);
      return resultOf(answer, signal, name);
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
    const started = new Worker(builtFile(name), {
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
    keepOn();
    if (memory() - memoryAtStart > MOST_KEPT_BYTES) return end();
    thread?.unref();
    keepOn = later(IDLE_MS, () => void end());
  }

  async function end(): Promise<void> {
    const ended = thread;
    thread = undefined;
    await ended?.terminate();
  }

  return { carryOut, rest };
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
