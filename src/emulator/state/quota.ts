import type { Clock } from '../../shared/time/clock.ts';
import { DAY_MS, MINUTE_MS } from '../../shared/time/durations.ts';

/** The organisation's quota over paid submits. */
export interface Quota {
  /** Counts one submit. Undefined if it is admitted, else the wait in milliseconds; then it is not counted. */
  take(): number | undefined;
  /** Resets the count. */
  clear(): void;
}

interface Window {
  readonly limit: number;
  readonly lengthMs: number;
}

/**
 * Sliding windows: at most `rpm` submits in any 60 seconds and `rpd` in any 24 hours. Adobe does not publish its
 * method; a sliding window is the strictest, so a client that respects it respects every other.
 */
export function createQuota(limits: { rpm: number | undefined; rpd: number | undefined }, clock: Clock): Quota {
  const windows = [window(limits.rpm, MINUTE_MS), window(limits.rpd, DAY_MS)].flat();
  const longest = Math.max(0, ...windows.map(({ lengthMs }) => lengthMs));
  let taken: number[] = [];
  return {
    take() {
      const now = clock.monotonic();
      taken = taken.filter((time) => now - time < longest);
      const wait = Math.max(0, ...windows.map((each) => waitFor(each, taken, now)));
      if (wait > 0) return wait;
      if (windows.length > 0) taken.push(now);
      return undefined;
    },
    clear() {
      taken = [];
    },
  };
}

function window(limit: number | undefined, lengthMs: number): Window[] {
  return limit === undefined ? [] : [{ limit, lengthMs }];
}

/** Milliseconds until a full window has room for one submit; 0 if it has room. */
function waitFor({ limit, lengthMs }: Window, taken: readonly number[], now: number): number {
  const inside = taken.filter((time) => now - time < lengthMs);
  if (inside.length < limit) return 0;
  const blocking = inside[inside.length - limit];
  return blocking === undefined ? lengthMs : blocking + lengthMs - now;
}
