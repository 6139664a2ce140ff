import type { CallContext } from '../call.ts';
import { StorageImageResponse } from '../contract/upload.ts';
import { FIREFLY_ERRORS } from '../families/errors.ts';
import { parseRecord } from '../http/answer/error-body.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { parseRetryAfter } from '../http/answer/retry-after.ts';
import { pageInstead, problem as problemOf, unreadableAnswer } from '../problems.ts';
import type { UploadOutcome } from '../types.ts';
import { answerProblem, isForeignPage } from '../upstream.ts';
import { defineFree } from './endpoint.ts';

/** Stores a picture at Adobe for later requests. */
export const upload = defineFree({ operation: 'storageImageV2', method: 'POST', path: '/v2/storage/image' });

const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 413, 415, 422, 451]);

/** Interprets an answer of the storage route. */
export function readUpload(answer: HttpAnswer, context: Pick<CallContext, 'clock' | 'secrets'>): UploadOutcome {
  const { status } = answer;
  if (status === 429) {
    return { kind: 'rate_limited', retryAfterMs: parseRetryAfter(answer.headers['retry-after'], context.clock.now()) };
  }
  if (status >= 200 && status < 300) {
    const stored = StorageImageResponse.safeParse(parseRecord(answer.text));
    const uploadId = stored.success ? stored.data.images[0]?.id : undefined;
    if (uploadId !== undefined) return { kind: 'stored', uploadId };
    const isPage = isForeignPage(answer);
    return { kind: 'transient', problem: isPage ? problemOf(pageInstead(status)) : unreadableAnswer('the upload') };
  }
  const problem = answerProblem(answer, { about: 'upload', errors: FIREFLY_ERRORS, secrets: context.secrets() });
  return REFUSALS.has(status) && !isForeignPage(answer) ? { kind: 'refused', problem } : { kind: 'transient', problem };
}
