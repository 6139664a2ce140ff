import type { ServerResponse } from 'node:http';
import { atMost } from '../../shared/time/deadline.ts';
import { Problem } from '../../shared/errors.ts';
import type { ServingOptions } from '../options.ts';
import { respond } from './respond.ts';

/** Longest wait for the job store. Probes of supervisors time out after a few seconds. */
const STORE_TIMEOUT_MS = 2_000;

/** Answers `/readyz`: 200 once the job store answers a query, else 503 with the code of the problem. */
export async function respondReadiness(
  response: ServerResponse,
  { services, clock, logger }: Pick<ServingOptions, 'services' | 'clock' | 'logger'>,
): Promise<void> {
  try {
    const probed = services().then(async ({ jobs }) => {
      await jobs.probe();
      return true;
    });
    if (!(await atMost(STORE_TIMEOUT_MS, probed, clock))) throw storeSilent();
    respond(response, 200, { status: 'ready' });
  } catch (error) {
    logger.warn('not_ready', { error });
    respond(response, 503, { status: 'not_ready', code: error instanceof Problem ? error.code : 'internal_error' });
  }
}

function storeSilent(): Problem {
  return new Problem('store_silent', 'The job store did not answer in time.', { next: 'Try again.' });
}
