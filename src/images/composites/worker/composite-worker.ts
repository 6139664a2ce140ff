import { makeFolder } from '../../../shared/files/folders.ts';
import { oneAtATime } from '../../worker/one-at-a-time.ts';
import type { Composite, CompositeOrder } from '../composite.ts';

/** Makes composites off the event loop, one at a time. */
export interface CompositeWorker {
  /**
   * Makes a composite after all that were ordered before. The bytes of the order are handed over: they must not be used
   * afterwards. An order that is a function is called in its turn, so that orders which wait hold no bytes.
   * @throws Problem `picture_too_large`, `undecodable_picture`; the signal's reason as soon as it aborts
   */
  make(order: CompositeOrder | (() => Promise<CompositeOrder>), signal?: AbortSignal): Promise<Composite>;
}

/** What the worker is asked. */
export interface CompositeRequest {
  readonly order: CompositeOrder;
  /** Where private temporary folders may be made. */
  readonly folder: string;
}

/** @param folder where private temporary folders may be made; it is made with the first order */
export function compositeWorker({ folder }: { readonly folder: string }): CompositeWorker {
  const carryOut = oneAtATime<CompositeRequest, Composite>({
    name: 'composite-worker',
    bytesOf: ({ order }) => [order.source.bytes, order.answer, ...(order.kind === 'fill' ? [order.mask] : [])],
  });
  return {
    make: (given, signal) =>
      carryOut(async () => {
        await makeFolder(folder);
        return { order: typeof given === 'function' ? await given() : given, folder };
      }, signal),
  };
}
