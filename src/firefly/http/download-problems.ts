import type { ProblemRecord } from '../../shared/errors.ts';
import { problem } from '../problems.ts';

/** An address that nothing is downloaded from. `why` is a clause. */
export function refused(why: string): ProblemRecord {
  const next = 'If the host is your own, such as an emulator, add its origin to FIREFLY_TRUSTED_ORIGINS.';
  return problem(['download_refused', `The result was not downloaded: ${why}.`, next]);
}

/** More than `maxBytes`. */
export function tooLarge(maxBytes: number): ProblemRecord {
  const message = `The result is larger than ${Math.floor(maxBytes / 1_000_000)} MB, so it was not downloaded.`;
  return problem(['result_too_large', message, "Download it by the URL in the job's resource before that expires."]);
}

/** A download that is to be tried again. `why` is a clause. */
export function unfinished(why: string): ProblemRecord {
  return problem([
    'download_unfinished',
    `The result could not be downloaded: ${why}.`,
    'The download is retried automatically.',
  ]);
}
