import { Problem } from '../../shared/errors.ts';
import type { SubmitOutcome } from '../../firefly/types.ts';
import type { EngineDeps } from './engine-context.ts';

/**
 * Repeats `work` with growing pauses until the store accepts what only this process knows.
 * @throws an error that is no problem of the store; the reason of `signal` once that aborts
 */
export async function untilStored<T>(
  work: () => Promise<T>,
  { clock, logger }: EngineDeps,
  about: { readonly job: string; readonly outcome: SubmitOutcome['kind'] },
  signal?: AbortSignal,
): Promise<T> {
  for (let wait = 100; ; wait = Math.min(wait * 2, 5_000)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      logger.error('outcome_not_stored', { ...about, problem: error.code });
      await clock.sleep(wait, signal);
    }
  }
}
