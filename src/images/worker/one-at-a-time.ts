import { Worker } from 'node:worker_threads';
import { abortable } from '../../shared/time/abort.ts';
import { Problem } from '../../shared/errors.ts';
import { wholeBuffers, type Answer, type Request } from './messages.ts';

/** A thread for heavy work on pictures. */
export interface WorkerOptions<Order> {
  /** Name of the built file without `.js` (`WORKERS` in build/bundle.mjs). */
  readonly name: string;
  /** The byte arrays of an order, which are handed over: they must not be used afterwards. */
  readonly bytesOf: (order: Order) => readonly Uint8Array[];
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

/**
 * A worker that carries out one order at a time, off the event loop. It is started with the first order and ended after the
 * last one that waits, so that its memory is given back and an idle process has none.
 */
export function oneAtATime<Order extends object, Result>({
  name,
  bytesOf,
}: WorkerOptions<Order>): CarryOut<Order, Result> {
  let thread: Worker | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function run(given: Order | (() => Promise<Order>), signal: AbortSignal | undefined): Promise<Result> {
    signal?.throwIfAborted();
    const order = typeof given === 'function' ? await given() : given;
    const stopped = new SharedArrayBuffer(4);
    const stop = () => Atomics.store(new Int32Array(stopped), 0, 1);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      thread ??= new Worker(new URL(`${name}.js`, FOLDER), {
        resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
      });
      const answer = await ask<Order, Result>(thread, { order, stopped }, wholeBuffers(bytesOf(order)), name);
      return unpack(answer, signal, name);
    } catch (error) {
      // After a crash the next order starts another thread.
      if (!(error instanceof Problem) && signal?.aborted !== true) await end();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async function end(): Promise<void> {
    const ended = thread;
    thread = undefined;
    await ended?.terminate();
  }

  return (order, signal) => {
    waiting++;
    const made = last.then(async () => {
      try {
        return await run(order, signal);
      } finally {
        waiting--;
        // No work is under way in the thread at this moment, so that nothing is cut off.
        if (waiting === 0) await end();
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
