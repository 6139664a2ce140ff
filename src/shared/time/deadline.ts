import { linkSignals } from './abort.ts';
import type { Clock } from './clock.ts';

/**
 * Waits at most `ms` milliseconds for `work`, which goes on after that.
 * @returns the result of `work`; undefined where it takes longer
 * @throws the error of `work` within that time
 */
export async function atMost<T>(ms: number, work: Promise<T>, clock: Pick<Clock, 'sleep'>): Promise<T | undefined> {
  const done = new AbortController();
  const tooLong = clock.sleep(ms, done.signal).then(
    () => undefined,
    () => undefined,
  );
  return Promise.race([work, tooLong]).finally(() => done.abort());
}

/** A signal that aborts after some time; disposing ends its timer. */
export interface Deadline extends AsyncDisposable {
  readonly signal: AbortSignal;
}

/** A signal that aborts with `reason` after `ms` milliseconds, or before that with the reason of `given`. */
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
