import type { ProblemRecord } from '../shared/errors.ts';
import type { ErrorFamily } from './families/errors.ts';
import type { HttpAnswer } from './http/exchange.ts';
import { parseErrorBody, quoteError, textOf } from './http/answer/error-body.ts';
import type { UpstreamError } from './http/answer/error-body.ts';
import { isPage } from './http/answer/page.ts';
import { invalid, modelNotAvailable, tooLarge } from './families/refusals.ts';
import { namesLostUpload, namesUnreachableUrl, type SentFacts } from './lost-sources.ts';
import { notEntitled, pageInstead, problem, scopeMissing, SLOW_DOWN } from './problems.ts';
import type { ProblemDraft } from './problems.ts';

/**
 * What an error is about: a submit, a job that Adobe reports as failed, a request for the status of a job or for its
 * cancel, an upload, or another request.
 */
type About = 'submit' | 'job' | 'status' | 'cancel' | 'upload' | 'other';

/** Facts of an error from Adobe. `status` is undefined for a job that failed after it was accepted. */
interface UpstreamReport {
  readonly status: number | undefined;
  readonly about: About;
  /** What codes mean for the operation. */
  readonly errors: ErrorFamily;
  /** What the request had; undefined where that is not known any more. */
  readonly sent?: SentFacts | undefined;
  /** Value of `x-access-error`. */
  readonly access?: string | undefined;
  readonly error: UpstreamError;
}

type Rule = (report: UpstreamReport) => ProblemDraft | undefined;

const COSTS_AGAIN = 'Adobe may charge for it a second time.';

/** The first rule that matches decides; the operation's own codes come first, HTTP statuses last. */
const RULES: readonly Rule[] = [ownCode, access, gateway, usageLimit, model, picture, byStatus];

/** Maps an error of Adobe's to a problem (docs/adobe-api.md#errors). The only place that does so. */
export function upstreamProblem(report: UpstreamReport): ProblemRecord {
  for (const rule of RULES) {
    const draft = rule(report);
    if (draft) return problem(draft, quoteError(report.error));
  }
  return problem(unexplained(report), quoteError(report.error));
}

/** Maps an HTTP answer to a problem. A page that is not Adobe's is called that, whatever its status. */
export function answerProblem(
  answer: HttpAnswer,
  { secrets, ...rest }: Pick<UpstreamReport, 'about' | 'errors' | 'sent'> & { secrets: readonly string[] },
): ProblemRecord {
  const access = answer.headers['x-access-error'];
  const error = parseErrorBody(answer.text, secrets);
  if (isForeignPage(answer)) return problem(pageInstead(answer.status), quoteError(error));
  return upstreamProblem({
    ...rest,
    status: answer.status,
    access: Array.isArray(access) ? access[0] : access,
    error,
  });
}

/** Whether an answer is a page of something between this server and Adobe. Adobe's own 413 is a page too. */
export function isForeignPage(answer: HttpAnswer): boolean {
  return answer.status !== 413 && isPage(answer);
}

function unexplained({ status, about }: UpstreamReport): ProblemDraft {
  if (about === 'status') {
    const message = `Adobe did not say what became of the job (HTTP ${status}), so its pictures may exist.`;
    return ['adobe_error', message, 'Its status is requested again automatically.'];
  }
  const how = status === undefined ? '' : ` (HTTP ${status})`;
  const again = about === 'job' ? ` ${COSTS_AGAIN}` : '';
  return ['adobe_error', `Adobe Firefly could not process the request${how}.`, `Try again later.${again}`];
}

/**
 * Codes that the operation itself explains. Refusals by content policy occur at submit (451 as specified, 422 as
 * observed) and in failed jobs, so the code decides. A 451 of the status route without a code is not about the job.
 */
function ownCode({ status, about, errors, error }: UpstreamReport): ProblemDraft | undefined {
  const code = error.code ?? '';
  if (Object.hasOwn(errors.codes, code)) return errors.codes[code];
  const isPolicy = code.endsWith('_unsafe') || (status === 451 && (about === 'submit' || about === 'upload'));
  return isPolicy ? errors.policy : undefined;
}

function access({ status, access: reason, error }: UpstreamReport): ProblemDraft | undefined {
  if (status !== 403 || reason === undefined) return undefined;
  if (/quota|exhausted/.test(reason)) {
    const message = "The organisation's Firefly quota is used up.";
    return ['quota_exhausted', message, 'Buy or wait for more credits in the Adobe Admin Console.'];
  }
  if (reason === 'invalid_ims_scope') return scopeMissing();
  return notEntitled(error.text);
}

/** Numeric codes of Adobe's API gateway (docs/adobe-api.md#errors). */
function gateway({ status, error }: UpstreamReport): ProblemDraft | undefined {
  const code = error.code ?? '';
  if (code === '403000' || code === '403003' || (status === 403 && /api key/i.test(error.text ?? ''))) {
    const next = 'Check FIREFLY_CLIENT_ID, and that its project in the Adobe Developer Console has the Firefly API.';
    return ['api_key_refused', 'Adobe does not accept this client id as an API key.', next];
  }
  if (code === '403011' || code === '10007') return scopeMissing();
  if (status !== 401 && code !== '401013' && code !== '403010') return undefined;
  const next = 'Check FIREFLY_CLIENT_ID, FIREFLY_CLIENT_SECRET and FIREFLY_SCOPES, or renew FIREFLY_ACCESS_TOKEN.';
  return ['credentials_refused', 'Adobe does not accept the access token.', next];
}

/** A limit that waiting a minute does not end: the gateway's 429001 and 429002, or a 429 that names a used up quota. */
function usageLimit({ status, access: reason, error }: UpstreamReport): ProblemDraft | undefined {
  const code = error.code ?? '';
  const named = code === '429001' || code === '429002' || /quota|exhausted/.test(`${reason ?? ''} ${code}`);
  if (!named || (status !== undefined && status !== 429)) return undefined;
  const message = "Adobe says that this account's usage limit is reached, which may not pass by itself.";
  const next =
    'Have its administrator look at the limit in the Adobe Admin Console. What waits is tried again from time to time, without cost.';
  return ['quota_exhausted', message, next];
}

/** An unknown model is 404 or 422, depending on the account (docs/adobe-api.md#models). */
function model({ status, about, sent, error }: UpstreamReport): ProblemDraft | undefined {
  if (error.code === 'model_not_loaded') return modelNotAvailable(sent, 'wait');
  if (about !== 'submit' && about !== 'job') return undefined;
  const named = /x-model-version|\bmodel\b.{0,60}\bnot (found|available|supported|entitled|exist)/i;
  if (named.test(textOf(error))) return modelNotAvailable(sent);
  const nothingElse = sent?.hasModel === true && sent.uploadIds.length === 0;
  return status === 404 && about === 'submit' && nothingElse ? modelNotAvailable(sent) : undefined;
}

function picture({ status, about, sent, error }: UpstreamReport): ProblemDraft | undefined {
  if (about !== 'submit' && about !== 'job') return undefined;
  if (namesLostUpload(error, { status, sent })) {
    const message = 'Adobe no longer has a picture that was uploaded for this request.';
    return ['upload_lapsed', message, 'Nothing was generated. Call again; the picture is uploaded anew.'];
  }
  const hasPictures = sent === undefined || sent.uploadIds.length + sent.urls > 0;
  if (!hasPictures || !namesUnreachableUrl(error)) return undefined;
  const message = 'Adobe could not fetch the picture from its URL.';
  return ['picture_url_unreachable', message, 'Give a URL that is public for an hour, or a local file.'];
}

function byStatus(report: UpstreamReport): ProblemDraft | undefined {
  const { status, about, sent, error } = report;
  const code = error.code ?? '';
  if (status === 429 || code === 'rate_limited' || code === 'backpressure_limited') return slowDown(report);
  if (status === 403) return notEntitled(error.text);
  if (code === 'unknown_job_id') {
    return ['job_unknown_at_adobe', 'Adobe no longer knows this job.', `Start a new one. ${COSTS_AGAIN}`];
  }
  // Of a job that Adobe has accepted, a status that does not name it says nothing.
  if (about === 'status' || about === 'cancel') return undefined;
  if (status === 404) {
    const message = 'Adobe does not know this address, or something that the request names.';
    return ['not_found', message, 'Check FIREFLY_API_URL.'];
  }
  if (status === 413) return tooLarge(about === 'upload', sent);
  const refused =
    status === 400 || status === 415 || status === 422 || code === 'validation_error' || code === 'bad_request';
  return refused ? invalid(about === 'upload', error) : undefined;
}

function slowDown({ about }: UpstreamReport): ProblemDraft {
  if (about === 'job') {
    const message = 'Adobe had too many requests to finish this job.';
    return ['rate_limited', message, `Call again in a minute. ${COSTS_AGAIN}`];
  }
  // Only jobs are retried automatically.
  const automatic = 'Wait; requests continue automatically when Adobe allows it.';
  return ['rate_limited', SLOW_DOWN, about === 'other' ? 'Wait a minute, then call again.' : automatic];
}
