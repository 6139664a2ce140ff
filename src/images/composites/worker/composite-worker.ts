import { Worker } from 'node:worker_threads';
import { abortable } from '../../../shared/abort.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Composite, CompositeOrder } from '../composite.ts';
import type { Answer, Request } from './messages.ts';

/** Makes composites off the event loop, one at a time. */
export interface CompositeWorker {
  /**
   * Makes a composite after all that were ordered before. The bytes of the order are handed over: they must not be used
   * afterwards. An order that is a function is called in its turn, so that orders which wait hold no bytes.
   * @throws Problem `picture_too_large`, `undecodable_picture`; the signal's reason as soon as it aborts
   */
  make(order: CompositeOrder | (() => Promise<CompositeOrder>), signal?: AbortSignal): Promise<Composite>;
}

/** The built worker: beside the bundle that runs; from the source, in the build that every test run makes first. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../../../../dist/composite-worker.js' : './composite-worker.js',
  import.meta.url,
);

/** Most memory of the worker's own objects, megabytes. Pixels are outside of it; their limits are those of the pictures. */
const MOST_HEAP_MB = 256;

/**
 * A worker that is started with the first order and ended after the last one that waits, so that its memory is given back
 * and an idle process has none.
 * @param folder where private temporary folders may be made
 */
export function compositeWorker({ folder }: { readonly folder: string }): CompositeWorker {
  let thread: Worker | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function run(
    given: Parameters<CompositeWorker['make']>[0],
    signal: AbortSignal | undefined,
  ): Promise<Composite> {
    signal?.throwIfAborted();
    const order = typeof given === 'function' ? await given() : given;
    const stopped = new SharedArrayBuffer(4);
    const stop = () => Atomics.store(new Int32Array(stopped), 0, 1);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      thread ??= new Worker(ENTRY, { resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB } });
      return unpack(await ask(thread, { order, folder, stopped }), signal);
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

  return {
    make(order, signal) {
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
    },
  };
}

function ask(thread: Worker, request: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void) => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      work();
    };
    const onMessage = (answer: Answer) => settle(() => resolve(answer));
    const onError = (error: unknown) => settle(() => reject(error as Error));
    const onExit = (code: number) => settle(() => reject(new Error(`the composite worker ended with ${code}`)));
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(request, buffersOf(request));
  });
}

/** The buffers that can be handed over: those that hold nothing else. Others are copied. */
function buffersOf({ order }: Request): ArrayBuffer[] {
  const pictures = [order.source.bytes, order.answer, ...(order.kind === 'fill' ? [order.mask] : [])];
  const whole = pictures.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
  return [...new Set(whole)];
}

function unpack(answer: Answer, signal: AbortSignal | undefined): Composite {
  if ('composite' in answer) return answer.composite;
  if ('problem' in answer) throw new Problem(answer.problem.code, answer.problem.message, answer.problem);
  if ('defect' in answer) throw new Error(answer.defect);
  signal?.throwIfAborted();
  throw new Error('the composite worker stopped without being asked');
}
