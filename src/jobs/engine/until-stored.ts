import { Problem } from '../../shared/errors.ts';
import type { SubmitOutcome } from '../../firefly/types.ts';
import type { EngineDeps } from './engine-context.ts';

/** Repeats `work`, further apart each time, until the store takes what this process alone knows, or `signal` is aborted. */
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
