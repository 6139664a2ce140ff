import { makeFolder } from '../../../shared/files/folders.ts';
import type { Logger } from '../../../shared/logger.ts';
import { someApart } from '../../worker/carrier.ts';
import { inProcess } from '../../worker/in-process.ts';
import { inThread } from '../../worker/in-thread.ts';
import { oneAtATime } from '../../worker/one-at-a-time.ts';
import type { Composite, CompositeOrder } from '../composite.ts';
import { needsProcess } from './needs-process.ts';

/** Makes composites off the event loop, one at a time. */
export interface CompositeWorker {
  /**
   * Makes a composite after all that were ordered before. The bytes of the order are handed over: they must not be used
   * afterwards. An order that is a function is called in its turn, so that orders which wait hold no bytes.
   * @throws Problem `picture_too_large`, `undecodable_picture`, and others where the disk or the memory is not enough for a
   * very large picture; the signal's reason as soon as it aborts
   */
  make(order: CompositeOrder | (() => Promise<CompositeOrder>), signal?: AbortSignal): Promise<Composite>;
  /** Gives up a very large picture that is under way; resolves when nothing of it is left on the disk. No order may follow. */
  end(): Promise<void>;
}

/** What the worker is asked. */
export interface CompositeRequest {
  readonly order: CompositeOrder;
  /** Where private temporary folders may be made. */
  readonly folder: string;
}

interface CompositeWorkerOptions {
  /** Where private temporary folders may be made; it is made with the first order. */
  readonly folder: string;
  readonly logger: Pick<Logger, 'warn'>;
  /** As that of `inProcess`. */
  readonly program?: string | undefined;
}

/** A worker that is loaded with the first order: a thread, and for very large pictures processes that end with their order. */
export function compositeWorker({ folder, logger, ...options }: CompositeWorkerOptions): CompositeWorker {
  const worker = {
    name: 'composite-worker',
    bytesOf: ({ order }: CompositeRequest) => [
      order.source.bytes,
      order.answer,
      ...(order.kind === 'fill' ? [order.mask] : []),
    ],
  };
  const processes = inProcess<CompositeRequest, Composite>({ ...worker, ...options, folder });
  const carrier = someApart({
    usual: inThread<CompositeRequest, Composite>(worker),
    apart: processes,
    isFor: ({ order }) => needsProcess(order),
    onCannotStart: (error) => logger.warn('composite_in_server', { error }),
  });
  const carryOut = oneAtATime(carrier);
  return {
    make: (given, signal) =>
      carryOut(async () => {
        await makeFolder(folder);
        return { order: typeof given === 'function' ? await given() : given, folder };
      }, signal),
    end: () => processes.end(),
  };
}
