import { availableParallelism, loadavg } from 'node:os';
import { expect } from 'vitest';

/** A figure that is promised. */
export interface Bar {
  readonly what: string;
  readonly seen: number;
  /** The most that it may be, in the same unit. */
  readonly most: number;
  /** `time` depends on what else the machine does; `memory`, and the `size` of what is made, do not. */
  readonly of: 'time' | 'memory' | 'size';
}

/** Load before anything is measured, in processes for each core: above this a time says nothing about the product. */
const BUSY = 0.7;

/** Whether times can be judged now. Called before the measuring, which is a load itself. */
export function isQuiet(): boolean {
  const [lastMinute = 0] = loadavg();
  return lastMinute / availableParallelism() < BUSY;
}

/** Prints what is promised beside what was seen, and fails where it is missed; times only where the machine was quiet. */
export function judge(bars: readonly Bar[], quiet: boolean): void {
  console.table(
    bars.map(({ what, seen, most, of }) => {
      const isJudged = quiet || of !== 'time';
      const verdict = seen <= most ? 'kept' : isJudged ? 'MISSED' : 'not judged: the machine was busy';
      return { promise: what, seen: Math.round(seen), most, verdict };
    }),
  );
  for (const { what, seen, most, of } of bars)
    if (quiet || of !== 'time') expect.soft(seen, what).toBeLessThanOrEqual(most);
}
