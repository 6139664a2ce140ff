import { type Answer, Refusal } from '../answer.ts';
import { worded } from './wording.ts';

/**
 * Every error that the emulator sends in Adobe's name; errors about source pictures are in `picture-errors.ts`.
 * Sources: Adobe's OpenAPI (spec), bodies captured from the live API (live), Adobe's open-source gateway (gateway),
 * Amazon S3's error responses (s3); see docs/adobe-api.md#errors. `ours` marks a body that no public source shows.
 */

/** One entry of `validation_errors`, in the vocabulary of pydantic v1 that Adobe's examples show. */
export interface FieldError {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** A refusal with a JSON body. For this file and `picture-errors.ts` only. */
export function refuse(status: number, json: unknown, headers: Answer['headers'] = {}): Refusal {
  return new Refusal({ status, headers, content: { json } });
}

/** Gateway: `validatorsHandlerErrorDecorator.lua` of Adobe's API gateway; 403000 and 401013 were also seen live. */
const GATEWAY = {
  '403000': [403, 'Api Key is required'],
  '403003': [403, 'Api Key is invalid'],
  '403010': [403, 'Oauth token is missing.'],
  '401013': [401, 'Oauth token is not valid'],
  '403011': [403, 'Scope mismatch'],
  // Ours: the gateway's form, with numbers in its style.
  '404000': [404, 'The requested resource was not found'],
  '405000': [405, 'The method is not allowed for this resource'],
} as const;

export type GatewayCode = keyof typeof GATEWAY;

/** A refusal by the API gateway in front of Firefly. */
export function gateway(code: GatewayCode, requestId: string): Refusal {
  const [status, message] = GATEWAY[code];
  return refuse(status, { error_code: code, message }, { 'x-request-id': requestId });
}

/** Envelope of custom models (spec `ErrorResponse`; texts from Adobe's older documents). */
const REASONS = {
  400: ['Bad Request', 'The request is invalid.'],
  401: ['Unauthorized', 'Authorization Token is not accepted.'],
  403: ['Forbidden', 'API Key is not accepted.'],
  406: ['Not Acceptable', 'The requested media type is not acceptable.'],
} as const;

export function reason(status: keyof typeof REASONS): Refusal {
  const [name, message] = REASONS[status];
  return refuse(status, { reason: name, message });
}

/** Spec: 413 of the v3 image operations has a text/html body. */
export function payloadTooLarge(): Refusal {
  const text =
    '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n' +
    '<center><h1>413 Request Entity Too Large</h1></center>\r\n</body>\r\n</html>\r\n';
  return new Refusal({ status: 413, content: { text, type: 'text/html' } });
}

export const invalidContentType = () => refuse(415, { error_code: 'invalid_content_type' });
export const emptyBody = () => refuse(400, { error_code: 'empty_input_body' });

/** Live: schema errors are 400 `bad_request`; the spec says 422 `validation_error`. */
export function fieldErrors(errors: readonly FieldError[], form: 'live' | 'spec', message?: string): Refusal {
  const text = message === undefined ? {} : { message };
  return form === 'live'
    ? refuse(400, { error_code: 'bad_request', ...text, validation_errors: errors })
    : refuse(422, { error_code: 'validation_error', ...text, validation_errors: errors });
}

/** Live: 400 with a message and no `validation_errors`. */
export function sizeNotOffered(sizes: readonly (readonly [number, number])[], form: 'live' | 'spec'): Refusal {
  const tuples = sizes.map(([width, height]) => `(${width}, ${height})`).join(', ');
  const message = `Size must be one of {${tuples}}`;
  return form === 'live'
    ? refuse(400, { error_code: 'bad_request', message })
    : refuse(422, { error_code: 'validation_error', message });
}

/** Live and spec: semantic errors of a well-formed request. */
export const semantic = (message: string) => refuse(422, { error_code: 'validation_error', message });

/** Live: `Invalid x-model-version: X. Must be one of: […]`. */
export function modelVersion(given: string | undefined, allowed: readonly string[]): Refusal {
  const list = allowed.map((name) => `'${name}'`).join(', ');
  return semantic(`Invalid x-model-version: ${given ?? 'none'}. Must be one of: [${list}]`);
}

/** A number over its limit, in the vocabulary of pydantic v1. */
export const tooLarge = (loc: FieldError['loc'], limit: number): FieldError => ({
  loc,
  msg: `ensure this value is less than or equal to ${limit}`,
  type: 'value_error.number.not_le',
  ctx: { limit_value: limit },
});

/** Live on v3: 422 with the code alone. Spec on v4: 451 with a message. */
export function promptRefused(code: 'prompt_unsafe' | 'prompt_entity_denied', version: 'v3' | 'v4'): Refusal {
  if (version === 'v3') return refuse(422, { error_code: code });
  return refuse(451, { error_code: code, message: 'The prompt did not pass content policy checks.' });
}

/** Spec: `retry-after` is a date; older documents have whole seconds. */
export function rateLimited(seconds: number, { now, wording }: { now: number; wording: number }): Refusal {
  const date = new Date(Math.ceil((now + seconds * 1_000) / 1_000) * 1_000).toUTCString();
  const headers = { 'retry-after': worded([String(seconds), date], wording), 'x-access-rate-limit-level': 'org' };
  return refuse(429, { error_code: 'rate_limited' }, headers);
}

/** Spec: the reason is in the header. */
export function accessRefused(why: 'quota_exhausted' | 'user_non_entitled'): Refusal {
  return refuse(403, { error_code: 'access_error' }, { 'x-access-error': why });
}

/** Spec sample of the status route. */
export const invalidJobId = () =>
  refuse(422, {
    error_code: 'validation_error',
    validation_errors: [{ loc: ['parameters', 'jobId'], msg: 'invalid job identifier format', type: 'value_error' }],
  });

/** Texts from Adobe's older documents of status and cancel. */
const JOB_ERRORS = {
  unknown_job_id: [404, 'The job id is unknown.'],
  job_completed: [409, 'The job was already completed.'],
  job_already_canceled: [409, 'The job was already canceled.'],
  job_cancel_failed: [409, 'The job failed to cancel.'],
  job_timeout: [410, 'The job timed out.'],
} as const;

export function jobError(code: keyof typeof JOB_ERRORS, wording: number): Refusal {
  const [status, message] = JOB_ERRORS[code];
  // The document requires the code only.
  const words = worded([{ message }, {}, { message: `Request rejected (${status}).` }], wording);
  return refuse(status, { error_code: code, ...words });
}

/** Not Adobe's: an operation of the spec that the emulator lacks. */
export function notEmulated(operation: string): Refusal {
  return refuse(501, { error_code: 'not_implemented', message: `The emulator does not know ${operation} yet.` });
}

/** Spec: 408 of the v3 operations. */
export const timedOut = () => refuse(408, { error_code: 'timeout_error' });

/** Ours: answer of a synchronous route for a job that fails. */
export const jobFailed = (code: string, message: string) =>
  refuse(code === 'runtime_error' ? 500 : 422, { error_code: code, message });

/** Spec: 500 of the v3 operations. Details go to the log only. */
export const runtimeError = () => refuse(500, { error_code: 'runtime_error' });

/** Not Adobe's: reports a response of the emulator that breaks the wire schema. */
export function responseInvalid(operation: string, details: string): Refusal {
  const message = `The emulator's answer to ${operation} breaks the wire schema: ${details}`;
  return refuse(500, { error_code: 'emulator-response-validation', message });
}

/** RFC 6749, section 5.2. Descriptions of wrong credentials as Adobe's own `asset-compute-client` reports them. */
export function imsError(error: string, description: string): Refusal {
  return refuse(400, { error, error_description: description }, { 'cache-control': 'no-store' });
}

export function imsMethodNotAllowed(): Refusal {
  return new Refusal({ status: 405, headers: { allow: 'POST' } });
}

/** S3: every error is XML. */
export function s3(status: number, code: string, message: string, facts: Readonly<Record<string, string>>): Refusal {
  const all = Object.entries({ Code: code, Message: message, ...facts });
  const inner = all.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('');
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`;
  return new Refusal({ status, content: { text, type: 'application/xml' } });
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
