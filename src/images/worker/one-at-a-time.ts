import { abortable } from '../../shared/time/abort.ts';
import type { Carrier } from './carrier.ts';

/**
 * Carries an order out after all that came before. An order that is a function is called in its turn, so that orders which
 * wait hold no bytes.
 * @throws Problem; the signal's reason as soon as it aborts
 */
export type CarryOut<Order, Result> = (order: Order | (() => Promise<Order>), signal?: AbortSignal) => Promise<Result>;

/** The queue before a carrier: one order at a time, in the order in which they came. */
export function oneAtATime<Order extends object, Result>(carrier: Carrier<Order, Result>): CarryOut<Order, Result> {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function run(given: Order | (() => Promise<Order>), signal: AbortSignal | undefined): Promise<Result> {
    signal?.throwIfAborted();
    return carrier.carryOut(typeof given === 'function' ? await given() : given, signal);
  }

  return (order, signal) => {
    waiting++;
    const made = last.then(async () => {
      try {
        return await run(order, signal);
      } finally {
        waiting--;
        if (waiting === 0) await carrier.rest();
      }
    });
    last = made.catch(() => {});
    // A thread ends its work at its next step, a process at once.
    return signal === undefined ? made : abortable(made, signal);
  };
}
