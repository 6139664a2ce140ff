import { tmpdir } from 'node:os';
import { makeComposite } from '../../src/images/composites/make-composite.ts';
import type { CompositeWorker } from '../../src/images/composites/worker/composite-worker.ts';
import { onePixel } from './doubles/scripted-adobe.ts';

/** Makes composites in this thread, so that simulated time knows of the work. The worker has tests of its own. */
export const compositesHere: Pick<CompositeWorker, 'make'> = {
  make: async (given, signal) => {
    const order = typeof given === 'function' ? await given() : given;
    return makeComposite(order, { folder: tmpdir(), check: () => signal?.throwIfAborted() });
  },
};

/** Composites of this thread, each of which fails while `isBroken` is true, as it is at first. */
export function brokenComposites(failure: Error): Pick<CompositeWorker, 'make'> & { isBroken: boolean } {
  const composites = {
    isBroken: true,
    make: async (...order: Parameters<CompositeWorker['make']>) => {
      if (composites.isBroken) throw failure;
      return compositesHere.make(...order);
    },
  };
  return composites;
}

/** Composites of one pixel, where no picture is real. */
export const standInComposites = (): Pick<CompositeWorker, 'make'> & {
  made: number;
  failure?: Error | undefined;
  /** What happens while one is made. */
  meanwhile?: (() => Promise<void>) | undefined;
} => ({
  made: 0,
  async make(given) {
    if (typeof given === 'function') await given();
    await this.meanwhile?.();
    this.made += 1;
    if (this.failure !== undefined) throw this.failure;
    return {
      bytes: onePixel(this.made),
      mimeType: 'image/png',
      width: 1,
      height: 1,
      kept: 'exact',
      transition: 0,
      seam: 'even',
      paintedAt: { width: 1, height: 1 },
      notes: [],
    };
  },
});
