import fc from 'fast-check';
import { expect } from 'vitest';

/** One input may take this long, milliseconds: a longer one holds up every other call. */
const LONGEST_MS = 1_000;
/** Growth of memory that may remain after one way in was tried, bytes. */
const MOST_GROWTH = 200e6;
/** Characters of a failure that are told. */
const MOST_TOLD = 4_000;

/** Tries a way in with one input after another, until it is told to stop. Rejects where a promise does not hold. */
export type WayIn = (more: Inputs) => Promise<void>;

/** Draws inputs: a bounded number in the suite, as many as there is time for in the soak. */
export type Inputs = <T>(arbitrary: fc.Arbitrary<T>, property: (input: T) => Promise<void>) => Promise<void>;

/** What the worst of some inputs took: time by the clock in milliseconds, resident memory of the process in bytes. */
export interface Worst {
  ms: number;
  rss: number;
}

/** `runs` inputs from a seed, of which `worst` is told the worst. A failure names the seed and the least input. */
export function inputs(runs: number, seed: number, worst: Worst = { ms: 0, rss: 0 }): Inputs {
  return async (arbitrary, property) => {
    const before = process.memoryUsage().rss;
    const timed = async (input: unknown) => {
      const started = performance.now();
      const cpu = process.cpuUsage();
      await property(input as never);
      const { user, system } = process.cpuUsage(cpu);
      worst.ms = Math.max(worst.ms, performance.now() - started);
      worst.rss = Math.max(worst.rss, process.memoryUsage.rss());
      // A busy machine delays, and works no longer.
      if (performance.now() - started > LONGEST_MS) expect((user + system) / 1_000).toBeLessThan(LONGEST_MS);
    };
    const checked = fc.asyncProperty(arbitrary as fc.Arbitrary<unknown>, timed);
    await fc.assert(checked, { numRuns: runs, seed, endOnFailure: true }).catch((error: unknown) => {
      if (!(error instanceof Error)) throw error;
      // The input may have megabytes.
      throw new Error(error.message.slice(0, MOST_TOLD), { cause: error.cause });
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWTH);
  };
}
