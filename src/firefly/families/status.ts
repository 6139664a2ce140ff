import { z } from 'zod';
import { StatusResponse } from '../contract/status.ts';
import type { CallContext } from '../call.ts';
import { isRecord } from '../../shared/text/json.ts';
import { numberIn } from '../../shared/text/number-in.ts';
import { parseErrorBody, parseRecord, quoteForeign } from '../http/answer/error-body.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { expiryOf } from '../http/answer/expiry.ts';
import { keysOf } from '../http/answer/keys.ts';
import { parseRetryAfter } from '../http/answer/retry-after.ts';
import { pageInstead, problem, unreadableAnswer, unreadableResult, withheldResult } from '../problems.ts';
import type { RemoteOutput, RemoteStatus } from '../types.ts';
import { answerProblem, isForeignPage, upstreamProblem } from '../upstream.ts';
import type { ErrorFamily } from './errors.ts';
import { failuresIn, reasonIn } from './reasons.ts';
import { linkOf, outputsIn, type ResultFamily, wrappedIn } from './results.ts';

const { shape } = StatusResponse;
const result = shape.result.unwrap().shape;

/** A number, also as text: some serialisers quote numbers. */
function asNumber(schema: z.ZodNumber) {
  return z.preprocess((value) => (typeof value === 'string' ? (numberIn(value) ?? value) : value), schema);
}

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

const LenientOutput = z.looseObject({ seed: asNumber(z.int()).optional().catch(undefined) });
const Progress = asNumber(z.number()).optional().catch(undefined);

/** Form of `contentClass` (`photo` or `art` today). Results show it unquoted, so only a short word is accepted. */
const PLAIN_WORD = /^[a-z_]{1,20}$/;

interface Answered extends Pick<CallContext, 'clock' | 'secrets'> {
  /** Of the operation that made the job. */
  readonly operation: { readonly result: ResultFamily; readonly errors: ErrorFamily };
}

/**
 * Interprets an answer of the status route (docs/adobe-api.md#status-and-cancel). Final are only a state that Adobe names
 * in JSON, a result that can be read, and a code of content policy; of anything else the request is repeated.
 */
export function readStatus(answer: HttpAnswer, context: Answered): RemoteStatus {
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], context.clock.now());
  if (answer.status < 200 || answer.status > 299) return readError(answer, retryAfterMs, context);
  const given = parseRecord(answer.text);
  const body = given && statusRecord(context.operation.result.toStatus?.(given) ?? given);
  const status = body?.['status'];
  if (body === undefined || typeof status !== 'string') {
    const unread = isForeignPage(answer) ? problem(pageInstead(answer.status)) : unreadableAnswer('the status request');
    return { kind: 'transient', retryAfterMs, problem: unread };
  }
  const remote = status.trim().toLowerCase();
  if (remote === 'succeeded') return succeeded(body, given ?? body, context, retryAfterMs);
  const end = endedAs(remote, body, context);
  const made = UNFINISHED.has(remote) ? undefined : madeNevertheless(body, end, context);
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

/** States of a job that is not done, by Adobe's documents: what their answers name is not its whole result. */
const UNFINISHED: ReadonlySet<string> = new Set(['pending', 'running', 'cancel_pending']);

/** The part of an answer that names the state: the answer itself, or what it wraps; some services call it `state`. */
function statusRecord(body: Record<string, unknown>): Record<string, unknown> {
  const found = wrappedIn(body).find(({ status, state }) => typeof (status ?? state) === 'string') ?? body;
  return { ...found, status: found['status'] ?? found['state'] };
}

type Ended = Extract<RemoteStatus, { kind: 'failed' | 'cancelled' | 'timed_out' }>;

/** How a job ended without success; undefined for any other state. */
function endedAs(remote: string, body: Record<string, unknown>, context: Answered): Ended | undefined {
  if (remote === 'cancelled' || remote === 'canceled') return { kind: 'cancelled' };
  if (remote === 'timeout') return { kind: 'timed_out', problem: timedOut() };
  return remote === 'failed' ? { kind: 'failed', problem: failure(reasonIn(body) ?? body, context) } : undefined;
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
  const { result } = body;
  const listed = isRecord(result) ? result['outputs'] : body['outputs'];
  // Beside another state, only the documented place: elsewhere an answer may show what was sent.
  if (!Array.isArray(listed) || !listed.some((output) => linkOf(output, context.operation.result))) return undefined;
  const made = succeeded(body, body, context, undefined);
  if (made.kind !== 'succeeded' || made.outputs.length === 0) return undefined;
  return problem === undefined ? made : { ...made, failures: [...(made.failures ?? []), problem] };
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
  const { clock, secrets, operation } = context;
  const facts = LenientResult.safeParse(body['result']);
  const result = facts.success ? facts.data : undefined;
  const now = clock.now();
  const list = outputsIn(body, operation.result);
  const outputs = list.flatMap((output, place) => readOutput(output, operation.result, now, place));
  const failures = failuresIn(body, list, operation.result).map((part) => failure(part, context));
  const promptHasDeniedWords = (result?.promptHasDeniedWords ?? body['promptHasDeniedWords']) === true;
  const promptHasBlockedArtists = (result?.promptHasBlockedArtists ?? body['promptHasBlockedArtists']) === true;
  if (outputs.length === 0 && !promptHasDeniedWords && !promptHasBlockedArtists) {
    const policy = failures.find(({ code }) => code === 'content_policy');
    if (policy) return { kind: 'failed', problem: policy };
    const keys = keysOf(given, secrets());
    const asset = list.map(assetOf).find((id) => id !== undefined);
    const unread = asset === undefined ? unreadableResult(keys) : withheldResult(quoteForeign(asset, secrets(), 200));
    return { kind: 'unreadable', retryAfterMs, keys, problem: unread };
  }
  return {
    kind: 'succeeded',
    outputs,
    failures,
    size: result?.size && { width: result.size.width, height: result.size.height },
    contentClass: PLAIN_WORD.test(result?.contentClass ?? '') ? result?.contentClass : undefined,
    altText: quoteForeign(result?.altText ?? '', secrets(), 1_000),
    promptHasDeniedWords,
    promptHasBlockedArtists,
  };
}

/** The id of an output that names an asset at Adobe and no link (OpenAPI `UpscaleBinaryOutput`). */
function assetOf(output: unknown): string | undefined {
  const id = isRecord(output) ? (output['id'] ?? output['creativeCloudFileId']) : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function readOutput(value: unknown, family: ResultFamily, now: number, place: number): RemoteOutput[] {
  const output = LenientOutput.safeParse(value);
  const url = linkOf(value, family);
  if (url === undefined) return [];
  return [{ url, expiresAt: expiryOf(new URL(url), now), seed: output.success ? output.data.seed : undefined, place }];
}

function timedOut() {
  const message = 'Adobe gave up on this job because it took too long.';
  return problem(['timeout', message, 'Start it again; Adobe may charge for it a second time.']);
}
