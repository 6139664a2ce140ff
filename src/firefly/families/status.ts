import { z } from 'zod';
import { StatusResponse } from '../contract/status.ts';
import type { CallContext } from '../call.ts';
import { isRecord } from '../../shared/text/json.ts';
import { parseErrorBody, parseRecord, quoteForeign } from '../http/answer/error-body.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { recordIn } from '../http/answer/lenient-json.ts';
import { keysOf } from '../http/answer/keys.ts';
import { parseRetryAfter } from '../http/answer/retry-after.ts';
import { pageInstead, problem, unreadableAnswer, unreadableResult, withheldResult } from '../problems.ts';
import type { RemoteStatus } from '../types.ts';
import { answerProblem, isForeignPage, upstreamProblem } from '../upstream.ts';
import type { ErrorFamily } from './errors.ts';
import { outputsIn, resultOf, type Reading, type ResultFamily } from './results.ts';
import { withKnownKeys } from './status-answer/known-keys.ts';
import { asNumber, assetOf, isUnread, readOutput } from './status-answer/outputs.ts';
import { failuresIn, reasonIn } from './status-answer/reasons.ts';
import { isUnfinished, stateIn, statusRecord } from './status-answer/state.ts';

const { shape } = StatusResponse;
const result = shape.result.unwrap().shape;

/** Lenient variant of the contract's result: one malformed field must not hide a paid picture. */
const LenientResult = z.looseObject({
  size: z
    .looseObject({ width: asNumber(z.int()), height: asNumber(z.int()) })
    .optional()
    .catch(undefined),
  contentClass: result.contentClass.catch(undefined),
  altText: result.altText.catch(undefined),
  promptHasDeniedWords: result.promptHasDeniedWords.catch(undefined),
  promptHasBlockedArtists: result.promptHasBlockedArtists.catch(undefined),
});

const Progress = asNumber(z.number()).optional().catch(undefined);

/** Form of `contentClass` (`photo` or `art` today). Results show it unquoted, so only a short word is accepted. */
const PLAIN_WORD = /^[a-z_]{1,20}$/;

interface Answered extends Pick<CallContext, 'clock' | 'secrets'> {
  /** Of the operation that made the job. */
  readonly operation: { readonly result: ResultFamily; readonly errors: ErrorFamily };
  /** The address that was asked. */
  readonly base?: URL | undefined;
}

/**
 * Interprets an answer of the status route (docs/adobe-api.md#status-and-cancel). Final are only a state that Adobe names
 * in JSON, a result that can be read, and a code of content policy; of anything else the request is repeated.
 */
export function readStatus(answer: HttpAnswer, context: Answered): RemoteStatus {
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], context.clock.now());
  if (answer.status < 200 || answer.status > 299) return readError(answer, retryAfterMs, context);
  const given = recordIn(answer.text);
  const body = given && statusRecord(withKnownKeys(context.operation.result.toStatus?.(given) ?? given));
  const status = body?.['status'];
  if (body === undefined || typeof status !== 'string') {
    const unread = isForeignPage(answer) ? problem(pageInstead(answer.status)) : unreadableAnswer('the status request');
    return { kind: 'transient', retryAfterMs, problem: unread };
  }
  const remote = stateIn(status);
  if (remote === 'succeeded') return succeeded(body, given ?? body, context, retryAfterMs);
  const end = endedAs(remote, body, context);
  const made = isUnfinished(remote) ? undefined : madeNevertheless(body, end, context);
  if (end !== undefined) return made ?? end;
  const progress = Progress.parse(body['progress']);
  return {
    kind: 'running',
    status: quoteForeign(status, context.secrets(), 40),
    progress: progress === undefined ? undefined : Math.min(Math.max(progress, 0), 100),
    retryAfterMs,
    made,
  };
}

type Ended = Extract<RemoteStatus, { kind: 'failed' | 'cancelled' | 'timed_out' }>;

/** How a job ended without success; undefined for any other state. */
function endedAs(remote: string, body: Record<string, unknown>, context: Answered): Ended | undefined {
  if (remote === 'cancelled') return { kind: 'cancelled' };
  if (remote === 'timeout') return { kind: 'timed_out', problem: timedOut() };
  return remote === 'failed'
    ? { kind: 'failed', problem: failure(reasonIn(body) ?? reasonIn(resultIn(body)) ?? body, context) }
    : undefined;
}

/**
 * The results that an answer names though its state is not `succeeded`: they are there, and may be paid for. Undefined
 * where there is none, and where Adobe's content policy refused them.
 */
function madeNevertheless(
  body: Record<string, unknown>,
  end: Ended | undefined,
  context: Answered,
): Extract<RemoteStatus, { kind: 'succeeded' }> | undefined {
  const problem = end !== undefined && 'problem' in end ? end.problem : undefined;
  if (problem?.code === 'content_policy') return undefined;
  const listed = resultIn(body)['outputs'];
  // Beside another state, only the documented place: elsewhere an answer may show what was sent.
  if (!Array.isArray(listed) || !listed.some((output) => resultOf(output, readingOf(context)))) return undefined;
  const made = succeeded(body, body, context, undefined);
  if (made.kind !== 'succeeded' || made.outputs.length === 0) return undefined;
  return problem === undefined ? made : { ...made, failures: [...(made.failures ?? []), problem] };
}

function resultIn(body: Record<string, unknown>): Record<string, unknown> {
  return isRecord(body['result']) ? body['result'] : body;
}

/**
 * The results in the answer to a submit that names no job: what was asked for has been made at once, as by Adobe's earlier
 * routes. Undefined where there are none.
 */
export function madeAtOnce(
  answer: HttpAnswer,
  context: Answered,
): Extract<RemoteStatus, { kind: 'succeeded' }> | undefined {
  const given = recordIn(answer.text);
  if (given === undefined) return undefined;
  const body = statusRecord(withKnownKeys(given));
  const isDone = typeof body['status'] === 'string' && stateIn(body['status']) === 'succeeded';
  if (!isDone) return madeNevertheless(body, undefined, context);
  const made = succeeded(body, given, context, undefined);
  return made.kind === 'succeeded' && made.outputs.length > 0 ? made : undefined;
}

/** The problem of a part of an answer with Adobe's code and words for a failure. */
function failure(part: Record<string, unknown>, { secrets, operation }: Answered) {
  const error = parseErrorBody(JSON.stringify(part), secrets());
  return upstreamProblem({ status: undefined, about: 'job', errors: operation.errors, error });
}

function readError(answer: HttpAnswer, retryAfterMs: number | undefined, context: Answered): RemoteStatus {
  const { errors } = context.operation;
  const problem = answerProblem(answer, { about: 'status', errors, secrets: context.secrets() });
  if (answer.status === 429) return { kind: 'rate_limited', retryAfterMs };
  const { code } = parseErrorBody(answer.text, context.secrets());
  const isAdobes = parseRecord(answer.text) !== undefined;
  if (isAdobes && problem.code === 'content_policy') return { kind: 'failed', problem };
  if (isAdobes && code === 'unknown_job_id') return { kind: 'gone', problem };
  return { kind: 'transient', retryAfterMs, problem };
}

function succeeded(
  body: Record<string, unknown>,
  given: Record<string, unknown>,
  context: Answered,
  retryAfterMs: number | undefined,
): RemoteStatus {
  const { clock, secrets } = context;
  const facts = LenientResult.safeParse(body['result']);
  const result = facts.success ? facts.data : undefined;
  const reading = readingOf(context);
  const list = outputsIn(body, reading);
  const outputs = list.flatMap((output, place) => readOutput(output, reading, clock.now(), place));
  const failures = failuresIn(body, list, reading).map((part) => failure(part, context));
  const promptHasDeniedWords = (result?.promptHasDeniedWords ?? body['promptHasDeniedWords']) === true;
  const promptHasBlockedArtists = (result?.promptHasBlockedArtists ?? body['promptHasBlockedArtists']) === true;
  if (outputs.length === 0 && !promptHasDeniedWords && !promptHasBlockedArtists) {
    const policy = failures.find(({ code }) => code === 'content_policy');
    if (policy) return { kind: 'failed', problem: policy };
    const keys = keysOf(given, secrets());
    const [asset] = list.flatMap((output) => assetOf(output, secrets()));
    return {
      kind: 'unreadable',
      retryAfterMs,
      keys,
      problem: asset === undefined ? unreadableResult(keys) : withheldResult(asset),
    };
  }
  const unread = list.filter((output) => isUnread(output, reading));
  return {
    kind: 'succeeded',
    outputs,
    failures,
    unread: unread.length === 0 ? undefined : unreadFacts(unread, given, secrets()),
    size: result?.size && { width: result.size.width, height: result.size.height },
    contentClass: PLAIN_WORD.test(result?.contentClass ?? '') ? result?.contentClass : undefined,
    altText: quoteForeign(result?.altText ?? '', secrets(), 1_000),
    promptHasDeniedWords,
    promptHasBlockedArtists,
  };
}

function readingOf({ operation, base }: Answered): Reading {
  return { family: operation.result, base };
}

function unreadFacts(unread: readonly unknown[], given: Record<string, unknown>, secrets: readonly string[]) {
  const assets = unread.flatMap((output) => assetOf(output, secrets));
  return { count: unread.length, keys: keysOf(given, secrets), assets };
}

function timedOut() {
  const message = 'Adobe gave up on this job because it took too long.';
  return problem(['timeout', message, 'Start it again; Adobe may charge for it a second time.']);
}
