/** What carries out orders off the event loop: a thread (`inThread`) or processes (`inProcess`). */
export interface Carrier<Order, Result> {
  /**
   * Carries an order out; not called again before that has settled. The order's bytes are handed over.
   * @throws Problem; `CannotStart` with the order as it was; the signal's reason once the work has ended
   */
  readonly carryOut: (order: Order, signal: AbortSignal | undefined) => Promise<Result>;
  /** Called when no order waits: lets go of what need not be kept for the next one. */
  readonly rest: () => Promise<void>;
}

/** Thrown where this machine or its host lets no carrier start. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** Most memory of a carrier's own objects, megabytes. Pixels are outside of it; their limits are those of the pictures. */
export const MOST_HEAP_MB = 256;

/** The folder of built workers: beside the bundle that runs; from the source, in the build that every test run makes first. */
const FOLDER = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/' : './', import.meta.url);

/** The built file of a worker. @param name as in `WORKERS` of build/bundle.mjs */
export function builtFile(name: string): URL {
  return new URL(`${name}.js`, FOLDER);
}

interface Choice<Order, Result> {
  /** Carries out all orders but those of `apart`. */
  readonly usual: Carrier<Order, Result>;
  readonly apart: Carrier<Order, Result>;
  readonly isFor: (order: Order) => Promise<boolean>;
  /** Called the first time that `apart` cannot start; each time the usual carrier takes its order. */
  readonly onCannotStart: (error: CannotStart) => void;
}

/** A carrier that gives some orders to another one, as long as that can start. */
export function someApart<Order, Result>({
  usual,
  apart,
  isFor,
  onCannotStart,
}: Choice<Order, Result>): Carrier<Order, Result> {
  let isTold = false;
  return {
    async carryOut(order, signal) {
      if (!(await isFor(order))) return usual.carryOut(order, signal);
      try {
        return await apart.carryOut(order, signal);
      } catch (error) {
        if (!(error instanceof CannotStart)) throw error;
        if (!isTold) onCannotStart(error);
        isTold = true;
        return usual.carryOut(order, signal);
      }
    },
    async rest() {
      await usual.rest();
      await apart.rest();
    },
  };
}
