import type { Clock } from '../../../src/shared/time/clock.ts';

/** A clock whose wall time is `byMs()` milliseconds ahead of the given clock (behind it, if negative). Its sleep is that of the given clock. */
export function shifted(clock: Clock, byMs: () => number): Clock {
  return {
    now: () => clock.now() + byMs(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
