import type { z } from 'zod';
import type { PaidEndpoint } from './endpoints/paid-endpoint.ts';
import { readHandle } from './families/accept.ts';
import { madeAtOnce } from './families/status.ts';
import { call } from './call.ts';
import type { CallContext } from './call.ts';
import { parseErrorBody, parseRecord, quoteError } from './http/answer/error-body.ts';
import type { HttpAnswer, HttpFailure } from './http/exchange.ts';
import { originOf } from './http/answer/links.ts';
import { parseRetryAfter } from './http/answer/retry-after.ts';
import { contractViolation, failureProblem, outcomeUnknown, untrustedService } from './problems.ts';
import type { SubmitOutcome, SubmitRequest } from './types.ts';
import { sentFacts } from './lost-sources.ts';
import { answerProblem, isForeignPage } from './upstream.ts';

/** Statuses of a final refusal (docs/jobs.md#submit-outcomes). Every status that is not listed means unknown. */
const REFUSALS: ReadonlySet<number> = new Set([400, 403, 404, 413, 415, 422, 451]);

/**
 * Sends one paid request exactly once and returns its outcome. A request that violates its declaration, or whose service
 * must not receive the token, is refused before any byte is sent. Never throws.
 */
export async function submit(
  request: SubmitRequest,
  endpoint: PaidEndpoint,
  options: { readonly requestId: string; readonly signal?: AbortSignal },
  context: CallContext,
): Promise<SubmitOutcome> {
  const violations = contractViolations(endpoint, request);
  if (violations.length > 0) {
    context.logger.error('request_breaks_contract', { operation: request.operation, fields: violations });
    return { kind: 'refused', problem: contractViolation(violations) };
  }
  const origin = originOf(endpoint.service, context.links);
  if (origin === undefined) return { kind: 'refused', problem: untrustedService(endpoint.service.origin) };
  const url = new URL(endpoint.path, origin);
  const { requestId, signal } = options;
  const { model, body } = request;
  const headers = endpoint.model && model !== undefined ? { [endpoint.model.name]: model } : {};
  const result = await call({ endpoint, url, requestId, headers, body, signal }, context);
  if (result.kind === 'no_token') return { kind: 'not_sent', problem: result.problem, noToken: true };
  if (result.kind === 'failure') return afterFailure(result);
  return afterAnswer(result, { endpoint, body, base: url }, context);
}

/** Paths of the fields that violate the endpoint's declaration, without their values. */
function contractViolations(endpoint: PaidEndpoint, { model, body }: SubmitRequest): string[] {
  const modelIsValid = endpoint.model ? endpoint.model.values.safeParse(model).success : model === undefined;
  const parsed = endpoint.body.safeParse(body);
  return [...(modelIsValid ? [] : [endpoint.model?.name ?? 'model']), ...(parsed.success ? [] : paths(parsed.error))];
}

function paths(error: z.ZodError): string[] {
  return error.issues.map((issue) => issue.path.map(String).join('.') || 'body');
}

function afterFailure(failure: HttpFailure): SubmitOutcome {
  if (!failure.sent) return { kind: 'not_sent', problem: failureProblem(failure) };
  const why = {
    aborted: 'it was cancelled after it was sent',
    timeout: 'no answer arrived in time',
    connection: `the connection was lost before an answer arrived (${failure.code})`,
  }[failure.reason];
  return { kind: 'unknown', problem: outcomeUnknown(why) };
}

function afterAnswer(
  answer: HttpAnswer,
  { endpoint, body, base }: { readonly endpoint: PaidEndpoint; readonly body: unknown; readonly base: URL },
  context: CallContext,
): SubmitOutcome {
  const { status } = answer;
  const isSuccess = (status >= 200 && status < 300) || endpoint.accept.statuses.includes(status);
  if (isSuccess) return afterSuccess(answer, { endpoint, base }, context);
  const sent = sentFacts(body, {
    hasModel: endpoint.model !== undefined,
    isOnlyModel: endpoint.model?.isOnly === true,
  });
  const facts = { about: 'submit', errors: endpoint.errors, sent, secrets: context.secrets() } as const;
  const problem = answerProblem(answer, facts);
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], context.clock.now());
    return { kind: 'rate_limited', retryAfterMs, problem };
  }
  // A page may stand in for an answer that Adobe has given: only Adobe's own word is a refusal.
  if (isForeignPage(answer)) return afterPage(answer, problem.upstream);
  if (status === 401) return { kind: 'unauthorized', problem };
  if (REFUSALS.has(status)) return { kind: 'refused', problem };
  return { kind: 'unknown', problem: outcomeUnknown(`Adobe answered HTTP ${status}`, problem.upstream) };
}

const NO_HANDLE = { jobId: undefined, statusUrl: undefined, cancelUrl: undefined };

function afterSuccess(
  answer: HttpAnswer,
  { endpoint, base }: { readonly endpoint: PaidEndpoint; readonly base: URL },
  context: CallContext,
): SubmitOutcome {
  const { logger, secrets } = context;
  const { accept } = endpoint;
  const handle = readHandle(answer, accept);
  const isExpected = accept.statuses.includes(answer.status) && accept.body.safeParse(parseRecord(answer.text)).success;
  if (!isExpected) {
    const facts = { operation: endpoint.operation, status: answer.status, whole: answer.whole, usable: !!handle };
    logger.warn('accept_body_unexpected', facts);
  }
  if (handle) return { kind: 'accepted', handle };
  const made = madeAtOnce(answer, { ...context, operation: endpoint, base });
  if (made) return { kind: 'accepted', handle: NO_HANDLE, made };
  if (isForeignPage(answer)) return afterPage(answer);
  const error = parseErrorBody(answer.text, secrets());
  if (error.code !== undefined && parseRecord(answer.text) !== undefined) {
    const why = `Adobe answered HTTP ${answer.status}, and named an error in place of a job`;
    return { kind: 'unknown', problem: outcomeUnknown(why, quoteError(error)) };
  }
  const why = answer.whole ? 'its answer names no job' : 'its answer was cut off';
  return { kind: 'unknown', problem: outcomeUnknown(why) };
}

function afterPage({ status }: HttpAnswer, upstream?: string): SubmitOutcome {
  const why = `a web page came in place of Adobe's answer (HTTP ${status}), as from a proxy, a firewall or the sign-in page of a network`;
  return { kind: 'unknown', problem: outcomeUnknown(why, upstream), byPage: true };
}
