import type { Clock } from '../../../src/shared/time/clock.ts';

/** A clock whose wall time is another one's, `byMs()` milliseconds later; below 0 it is earlier. It sleeps as that one. */
export function shifted(clock: Clock, byMs: () => number): Clock {
  return {
    now: () => clock.now() + byMs(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
