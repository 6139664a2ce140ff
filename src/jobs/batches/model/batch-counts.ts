import { isFinal, isWaiting, type JobState } from '../../model/states.ts';
import type { DesiredState } from '../../store/batches/batch-row.ts';
import type { BatchCounts, BatchState } from './batch-types.ts';

/** Sums up the jobs of each state. */
export function countItems(states: ReadonlyMap<JobState, number>): BatchCounts {
  const sum = (belongs: (state: JobState) => boolean) =>
    [...states].reduce((total, [state, jobs]) => total + (belongs(state) ? jobs : 0), 0);
  return {
    waiting: sum(isWaiting),
    running: sum((state) => !isFinal(state) && !isWaiting(state)),
    succeeded: sum((state) => state === 'succeeded'),
    failed: sum((state) => state === 'failed' || state === 'expired'),
    cancelled: sum((state) => state === 'cancelled'),
    unknown: sum((state) => state === 'submit_unknown'),
  };
}

/** Number of items whose job is final. */
export function endedItems({ succeeded, failed, cancelled, unknown }: BatchCounts): number {
  return succeeded + failed + cancelled + unknown;
}

/**
 * The state that callers see. `items` is the number of items of the whole batch, which exceeds the sum of `counts` while
 * items are still being stored.
 */
export function batchState(desiredState: DesiredState, counts: BatchCounts, items: number): BatchState {
  if (desiredState === 'cancelled') return 'cancelled';
  return endedItems(counts) >= items ? 'finished' : desiredState;
}
