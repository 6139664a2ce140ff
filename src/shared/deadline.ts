import { linkSignals } from './abort.ts';
import type { Clock } from './clock.ts';

/**
 * What `work` comes to within `ms`, undefined after that. The work itself goes on.
 * @throws what `work` throws within that time
 */
export async function atMost<T>(ms: number, work: Promise<T>, clock: Pick<Clock, 'sleep'>): Promise<T | undefined> {
  const done = new AbortController();
  const tooLong = clock.sleep(ms, done.signal).then(
    () => undefined,
    () => undefined,
  );
  return Promise.race([work, tooLong]).finally(() => done.abort());
}

/** A signal that aborts after some time, and a timer that ends with it. */
export interface Deadline extends AsyncDisposable {
  readonly signal: AbortSignal;
}

/** A signal that aborts with `reason` after `ms`, or with `given` before that. Disposing ends the timer. */
export function deadline(
  ms: number,
  { reason, given, clock }: { reason: Error; given: AbortSignal | undefined; clock: Pick<Clock, 'sleep'> },
): Deadline {
  const linked = linkSignals(given);
  const timer = clock.sleep(ms, linked.signal).then(
    () => linked.abort(reason),
    () => undefined,
  );
  return {
    signal: linked.signal,
    [Symbol.asyncDispose]: async () => {
      linked.abort();
      linked[Symbol.dispose]();
      await timer;
    },
  };
}
