import { z } from 'zod';
import { Output, StatusResponse } from '../contract/status.ts';
import type { CallContext } from '../call.ts';
import { parseErrorBody, parseRecord, quoteForeign } from '../http/error-body.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { expiryOf } from '../http/expiry.ts';
import { parseRetryAfter } from '../http/retry-after.ts';
import { problem, unreadableAnswer } from '../problems.ts';
import type { RemoteOutput, RemoteStatus } from '../types.ts';
import { answerProblem, upstreamProblem } from '../upstream.ts';
import type { ErrorFamily } from './errors.ts';
import { linkOf, type ResultFamily } from './results.ts';

const { shape } = StatusResponse;
const result = shape.result.unwrap().shape;

/** Lenient variant of the contract's shape: one malformed field must not hide a paid picture. */
const LenientStatus = z.looseObject({
  status: shape.status,
  progress: shape.progress.catch(undefined),
  result: z
    .looseObject({
      size: result.size.catch(undefined),
      outputs: z.array(z.unknown()).optional().catch(undefined),
      contentClass: result.contentClass.catch(undefined),
      altText: result.altText.catch(undefined),
      promptHasDeniedWords: result.promptHasDeniedWords.catch(undefined),
      promptHasBlockedArtists: result.promptHasBlockedArtists.catch(undefined),
    })
    .optional()
    .catch(undefined),
});

const LenientOutput = z.looseObject({ seed: Output.shape.seed.catch(undefined) });

/** Form of `contentClass` (`photo` or `art` today). Results show it unquoted, so only a short word is accepted. */
const PLAIN_WORD = /^[a-z_]{1,20}$/;

interface Answered extends Pick<CallContext, 'clock' | 'secrets'> {
  /** Of the operation that made the job. */
  readonly operation: { readonly result: ResultFamily; readonly errors: ErrorFamily };
}

/** Interprets an answer of the status route (docs/adobe-api.md#status-and-cancel). */
export function readStatus(answer: HttpAnswer, context: Answered): RemoteStatus {
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], context.clock.now());
  if (answer.status < 200 || answer.status > 299) return readError(answer, retryAfterMs, context);
  const { result, errors } = context.operation;
  const json = answer.whole ? parseRecord(answer.text) : undefined;
  const normal = json && (result.toStatus?.(json) ?? json);
  const body = LenientStatus.safeParse(normal);
  if (!body.success) {
    return { kind: 'transient', retryAfterMs, problem: unreadableAnswer('the status request') };
  }
  const { data } = body;
  const remote = data.status.toLowerCase();
  if (remote === 'succeeded') return succeeded(data, context);
  if (remote === 'cancelled' || remote === 'canceled') return { kind: 'cancelled' };
  if (remote === 'timeout') return { kind: 'timed_out', problem: timedOut() };
  if (remote === 'failed') {
    const error = parseErrorBody(JSON.stringify(normal), context.secrets());
    return { kind: 'failed', problem: upstreamProblem({ status: undefined, about: 'job', errors, error }) };
  }
  const progress = data.progress === undefined ? undefined : Math.min(Math.max(data.progress, 0), 100);
  return { kind: 'running', status: quoteForeign(data.status, context.secrets(), 40), progress, retryAfterMs };
}

function readError(answer: HttpAnswer, retryAfterMs: number | undefined, context: Answered): RemoteStatus {
  const problem = answerProblem(answer, { about: 'job', errors: context.operation.errors, secrets: context.secrets() });
  if (answer.status === 429) return { kind: 'rate_limited', retryAfterMs };
  if (problem.code === 'content_policy') return { kind: 'failed', problem };
  if ([400, 404, 410, 422].includes(answer.status)) return { kind: 'gone', problem };
  return { kind: 'transient', retryAfterMs, problem };
}

function succeeded({ result }: z.infer<typeof LenientStatus>, { clock, secrets, operation }: Answered): RemoteStatus {
  const now = clock.now();
  return {
    kind: 'succeeded',
    outputs: (result?.outputs ?? []).flatMap((output) => readOutput(output, operation.result, now)),
    size: result?.size && { width: result.size.width, height: result.size.height },
    contentClass: PLAIN_WORD.test(result?.contentClass ?? '') ? result?.contentClass : undefined,
    altText: quoteForeign(result?.altText ?? '', secrets(), 1_000),
    promptHasDeniedWords: result?.promptHasDeniedWords === true,
    promptHasBlockedArtists: result?.promptHasBlockedArtists === true,
  };
}

function readOutput(value: unknown, family: ResultFamily, now: number): RemoteOutput[] {
  const output = LenientOutput.safeParse(value);
  const url = linkOf(value, family);
  if (!output.success || url === undefined) return [];
  return [{ url, expiresAt: expiryOf(new URL(url), now), seed: output.data.seed }];
}

function timedOut() {
  const message = 'Adobe gave up on this job because it took too long.';
  return problem(['timeout', message, 'Start it again; Adobe may charge for it a second time.']);
}
