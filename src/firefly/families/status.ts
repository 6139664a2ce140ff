import { z } from 'zod';
import { Output, StatusResponse } from '../contract/status.ts';
import type { CallContext } from '../call.ts';
import { isRecord } from '../../shared/text/json.ts';
import { parseErrorBody, parseRecord, quoteForeign } from '../http/answer/error-body.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { expiryOf } from '../http/answer/expiry.ts';
import { keysOf } from '../http/answer/keys.ts';
import { parseRetryAfter } from '../http/answer/retry-after.ts';
import { pageInstead, problem, unreadableAnswer, unreadableResult, withheldResult } from '../problems.ts';
import type { RemoteOutput, RemoteStatus } from '../types.ts';
import { answerProblem, isForeignPage, upstreamProblem } from '../upstream.ts';
import type { ErrorFamily } from './errors.ts';
import { linkOf, outputsIn, type ResultFamily } from './results.ts';

const { shape } = StatusResponse;
const result = shape.result.unwrap().shape;

/** Lenient variant of the contract's result: one malformed field must not hide a paid picture. */
const LenientResult = z.looseObject({
  size: result.size.catch(undefined),
  contentClass: result.contentClass.catch(undefined),
  altText: result.altText.catch(undefined),
  promptHasDeniedWords: result.promptHasDeniedWords.catch(undefined),
  promptHasBlockedArtists: result.promptHasBlockedArtists.catch(undefined),
});

const LenientOutput = z.looseObject({ seed: Output.shape.seed.catch(undefined) });
const Progress = shape.progress.catch(undefined);

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
  const given = answer.whole ? parseRecord(answer.text) : undefined;
  const body = given && (context.operation.result.toStatus?.(given) ?? given);
  const status = body?.['status'];
  if (body === undefined || typeof status !== 'string') {
    const unread = isForeignPage(answer) ? problem(pageInstead(answer.status)) : unreadableAnswer('the status request');
    return { kind: 'transient', retryAfterMs, problem: unread };
  }
  const remote = status.toLowerCase();
  if (remote === 'succeeded') return succeeded(body, given ?? body, context, retryAfterMs);
  if (remote === 'cancelled' || remote === 'canceled') return { kind: 'cancelled' };
  if (remote === 'timeout') return { kind: 'timed_out', problem: timedOut() };
  if (remote === 'failed') return { kind: 'failed', problem: failure(reasonIn(body) ?? body, context) };
  const progress = Progress.parse(body['progress']);
  return {
    kind: 'running',
    status: quoteForeign(status, context.secrets(), 40),
    progress: progress === undefined ? undefined : Math.min(Math.max(progress, 0), 100),
    retryAfterMs,
  };
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
  const isAdobes = answer.whole && parseRecord(answer.text) !== undefined;
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
  const failures = failuresIn(body, list, context);
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

/** Keys under which an answer, its result, or one of its outputs tells why results are missing. */
const ERROR_KEYS = ['errors', 'error', 'failures'];

/** Why single results are missing: an output with an error in place of a link, and errors beside the outputs. */
function failuresIn(body: Record<string, unknown>, list: readonly unknown[], context: Answered) {
  const empty = list.filter(isRecord).filter((output) => linkOf(output, context.operation.result) === undefined);
  const inOutputs = empty.map(reasonIn).filter((reason) => reason !== undefined);
  const beside = [body['result'], body].filter(isRecord).flatMap(errorsBeside);
  const own = typeof body['error_code'] === 'string' ? [body] : [];
  return [...inOutputs, ...beside, ...own].filter(saysWhy).map((part) => failure(part, context));
}

/** What tells why a part of an answer failed: the part itself or an error in it, one with a code before one without. */
function reasonIn(part: Record<string, unknown>): Record<string, unknown> | undefined {
  const parts = [part, ...errorsBeside(part)];
  return parts.find(hasCode) ?? parts.find(saysWhy);
}

/** The errors that a part of an answer has under `ERROR_KEYS`: one, or a list of them. */
function errorsBeside(part: Record<string, unknown>): Record<string, unknown>[] {
  return ERROR_KEYS.map((key) => part[key])
    .flat()
    .filter(isRecord);
}

function hasCode(part: Record<string, unknown>): boolean {
  return ['error_code', 'code'].some((key) => typeof part[key] === 'string');
}

function saysWhy(part: Record<string, unknown>): boolean {
  return ['error_code', 'code', 'message', 'error', 'reason'].some((key) => typeof part[key] === 'string');
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
