import type { ProblemRecord } from '../shared/errors.ts';
import type { Actor } from '../shared/problem-codes.ts';
import type { ErrorFamily } from './families/errors.ts';
import type { HttpAnswer } from './http/exchange.ts';
import { parseErrorBody, quoteError } from './http/error-body.ts';
import type { UpstreamError } from './http/error-body.ts';
import { problem, SLOW_DOWN } from './problems.ts';
import type { Draft } from './problems.ts';

/** Facts of an error from Adobe. `status` is undefined for a job that failed after it was accepted. */
interface UpstreamReport {
  readonly status: number | undefined;
  /** Kind of request: a submit, a request about a job, or another one. */
  readonly about: 'submit' | 'job' | 'other';
  /** What codes mean for the operation. */
  readonly errors: ErrorFamily;
  /** Value of `x-access-error`. */
  readonly access?: string | undefined;
  readonly error: UpstreamError;
}

type Rule = (report: UpstreamReport) => Draft | undefined;

const NOTHING_MADE = 'Nothing was generated.';
const COSTS_AGAIN = 'Adobe may charge for it a second time.';

/** The first rule that matches decides; the operation's own codes come first, HTTP statuses last. */
const RULES: readonly Rule[] = [ownCode, access, gateway, model, picture, byStatus];

/** Maps an error of Adobe's to a problem (docs/adobe-api.md#errors). The only place that does so. */
export function upstreamProblem(report: UpstreamReport): ProblemRecord {
  for (const rule of RULES) {
    const draft = rule(report);
    if (draft) return problem(draft, quoteError(report.error));
  }
  const how = report.status === undefined ? '' : ` (HTTP ${report.status})`;
  return problem(
    ['adobe_error', `Adobe Firefly could not process the request${how}.`, 'Try again later.'],
    quoteError(report.error),
  );
}

/** Maps an HTTP answer to a problem. */
export function answerProblem(
  answer: HttpAnswer,
  { secrets, ...rest }: Pick<UpstreamReport, 'about' | 'errors'> & { secrets: readonly string[] },
): ProblemRecord {
  const access = answer.headers['x-access-error'];
  return upstreamProblem({
    ...rest,
    status: answer.status,
    access: Array.isArray(access) ? access[0] : access,
    error: parseErrorBody(answer.text, secrets),
  });
}

/**
 * Codes that the operation itself explains. Refusals by content policy occur at submit (451 as specified, 422 as
 * observed) and in failed jobs, so the code decides.
 */
function ownCode({ status, errors, error }: UpstreamReport): Draft | undefined {
  const code = error.code ?? '';
  if (Object.hasOwn(errors.codes, code)) return errors.codes[code];
  return status === 451 || code.endsWith('_unsafe') ? errors.policy : undefined;
}

function access({ status, access: reason, error }: UpstreamReport): Draft | undefined {
  if (status !== 403 || reason === undefined) return undefined;
  if (/quota|exhausted/.test(reason)) {
    const message = "The organisation's Firefly quota is used up.";
    return ['quota_exhausted', message, 'Buy or wait for more credits in the Adobe Admin Console.'];
  }
  if (reason === 'invalid_ims_scope') return scopeMissing();
  return notEntitled(error);
}

/** Numeric codes of Adobe's API gateway (docs/adobe-api.md#errors). */
function gateway({ status, error }: UpstreamReport): Draft | undefined {
  const code = error.code ?? '';
  if (code === '403000' || code === '403003' || /api key/i.test(error.text ?? '')) {
    const next = 'Check FIREFLY_CLIENT_ID, and that its project in the Adobe Developer Console has the Firefly API.';
    return ['api_key_refused', 'Adobe does not accept this client id as an API key.', next];
  }
  if (code === '403011' || code === '10007') return scopeMissing();
  if (status !== 401 && code !== '401013' && code !== '403010') return undefined;
  const next = 'Check FIREFLY_CLIENT_ID, FIREFLY_CLIENT_SECRET and FIREFLY_SCOPES, or renew FIREFLY_ACCESS_TOKEN.';
  return ['credentials_refused', 'Adobe does not accept the access token.', next];
}

/** An unknown model is 404 or 422, depending on the account (docs/adobe-api.md#models). */
function model({ status, about, error }: UpstreamReport): Draft | undefined {
  if (error.code === 'model_not_loaded') return modelNotAvailable('wait');
  const text = [error.text, ...error.fields.map(({ field, text }) => `${field} ${text}`)].join(' ');
  const named = /x-model-version|\bmodel\b.{0,60}\bnot (found|available|supported|entitled|exist)/i.test(text);
  return named || (status === 404 && about === 'submit') ? modelNotAvailable() : undefined;
}

function modelNotAvailable(actor?: Actor): Draft {
  const message = 'This model is not available to this account at Adobe.';
  return ['model_not_available', message, 'Choose another model; list_custom_models shows the custom ones.', actor];
}

function picture({ about, error }: UpstreamReport): Draft | undefined {
  const text = [error.text, ...error.fields.map(({ field, text }) => `${field} ${text}`)].join(' ');
  if (about === 'submit' && /upload.?id/i.test(text) && /not (be )?found|expired|unknown|does not exist/i.test(text)) {
    const message = 'Adobe no longer has a picture that was uploaded for this request.';
    return ['upload_lapsed', message, `${NOTHING_MADE} Call again; the picture is uploaded anew.`];
  }
  if (!/url could not be reached|presigned url/i.test(error.text ?? '')) return undefined;
  const message = 'Adobe could not fetch the picture from its URL.';
  return ['picture_url_unreachable', message, 'Give a URL that is public for an hour, or a local file.'];
}

function byStatus({ status, about, error }: UpstreamReport): Draft | undefined {
  const code = error.code ?? '';
  if (status === 429 || code === 'rate_limited' || code === 'backpressure_limited') {
    // Only jobs are retried automatically.
    const automatic = 'Wait; requests continue automatically when Adobe allows it.';
    return ['rate_limited', SLOW_DOWN, about === 'other' ? 'Wait a minute, then call again.' : automatic];
  }
  if (status === 403) return notEntitled(error);
  if (code === 'unknown_job_id' || (status === 404 && about === 'job')) {
    return ['job_unknown_at_adobe', 'Adobe no longer knows this job.', `Start a new one. ${COSTS_AGAIN}`];
  }
  if (status === 404) return ['not_found', 'Adobe does not know this address.', 'Check FIREFLY_API_URL.'];
  if (status === 413) return ['invalid_request', 'The request is too large for Adobe.', 'Use a smaller picture.'];
  const refused =
    status === 400 || status === 415 || status === 422 || code === 'validation_error' || code === 'bad_request';
  if (!refused) return undefined;
  return [
    'invalid_request',
    'Adobe refused the request as invalid.',
    `${NOTHING_MADE} Correct the fields that Adobe names.`,
  ];
}

function notEntitled(error: UpstreamError): Draft {
  const hint = error.text === undefined ? ' New credentials take some minutes to become active.' : '';
  const next = `Have an administrator give this project access to Firefly in the Adobe Admin Console.${hint}`;
  return ['not_entitled', 'These credentials are not entitled to this at Adobe.', next];
}

function scopeMissing(): Draft {
  const message = 'The access token lacks a required scope.';
  return ['not_entitled', message, 'Check FIREFLY_SCOPES: Adobe silently ignores misspelt scopes.'];
}
