import { redact } from '../../../shared/logger.ts';
import { secretForms } from '../../../shared/text/secret-forms.ts';
import { quoteUntrusted } from '../../../shared/text/text.ts';
import { isRecord, parseJson } from '../../../shared/text/json.ts';

/** Content of an error body; all texts are cleaned: short, one line, no control characters, no secrets. */
export interface UpstreamError {
  /** Adobe's own code, such as `prompt_unsafe` or `403000`. */
  readonly code: string | undefined;
  readonly text: string | undefined;
  /** Errors of single fields of the request; `field` is a dotted path. */
  readonly fields: readonly { readonly field: string; readonly text: string }[];
}

const MAX_FIELDS = 10;
/** Characters of a text that are searched for secrets; the rest is cut off. */
const MAX_SEARCHED = 20_000;
/** Longest secret in any encoding, characters. */
const LONGEST_SECRET = 8_000;
const CODE_KEYS = ['error_code', 'errorCode', 'reason', 'error', 'code', 'type'];
const TEXT_KEYS = ['message', 'error_description', 'title', 'detail', 'details'];
/** Keys of errors of single fields: a list, an object by fields, or a text. */
const FIELD_KEYS = ['validation_errors', 'validationErrors', 'errors', 'detail', 'details'];

/**
 * Parses every known form of error body (docs/adobe-api.md#errors): `{error_code, message,
 * validation_errors}`, the gateway's numeric codes, `{reason, message}`, IMS `{error, error_description}`, FastAPI
 * `{detail: […]}`, Photoshop `{type, code, title, details}`, HTML, and an empty body. `stack_trace` is dropped.
 * Never throws.
 */
export function parseErrorBody(body: string, secrets: readonly string[]): UpstreamError {
  const clean = (text: string, limit?: number) => quoteForeign(text, secrets, limit) || undefined;
  const json = parseRecord(body);
  if (!json) return { code: undefined, text: clean(plainText(withoutSecrets(body, secretForms(secrets)))), fields: [] };
  // Some gateways wrap the body in {error: {…}}, or {errors: [{…}]}.
  const [listed] = firstText(json, CODE_KEYS) === undefined ? [json['errors']].flat().filter(isRecord) : [];
  const envelope = isRecord(json['error']) ? json['error'] : (listed ?? json);
  const code = firstText(envelope, CODE_KEYS);
  const text = firstText(envelope, TEXT_KEYS) ?? '';
  const fields = FIELD_KEYS.flatMap((key) => fieldErrors(envelope[key])).filter(
    (each) => each.field || each.text !== text,
  );
  return {
    code: code === undefined ? undefined : clean(code, 80),
    text: clean(text),
    fields: fields.slice(0, MAX_FIELDS).map(({ field, text }) => ({
      field: clean(field, 80) ?? '',
      text: clean(text, 160) ?? '',
    })),
  };
}

/** Everything that an error says in words, of single fields too. */
export function textOf({ text, fields }: UpstreamError): string {
  return [text, ...fields.map(({ field, text: about }) => `${field} ${about}`)].filter((part) => part).join(' ');
}

/** One line of untrusted text for the `upstream` of a `Problem`; undefined for an empty error. */
export function quoteError(error: UpstreamError): string | undefined {
  const fields = error.fields.map(({ field, text }) => (field ? `${field}: ${text}` : text));
  const parts = [error.code, error.text, ...fields].filter((part) => part);
  return parts.length === 0 ? undefined : quoteUntrusted(parts.join('; '), 500);
}

/**
 * Foreign text made safe to show, without secrets, at most `limit` characters. Cleaning comes before the search, so
 * that invisible characters cannot hide a secret; the search comes before the cut, so that no part of one remains. It
 * comes before the cleaning too, which changes some characters that a secret may have.
 */
export function quoteForeign(text: string, secrets: readonly string[], limit?: number): string {
  const forms = secretForms(secrets);
  const start = withoutSecrets(text, forms);
  return quoteUntrusted(redact(quoteUntrusted(start, start.length), forms), limit);
}

/** The beginning of a text without secrets. What is cut may have been half a secret there, which goes too. */
function withoutSecrets(text: string, forms: readonly RegExp[]): string {
  const start = redact(text.slice(0, MAX_SEARCHED + LONGEST_SECRET), forms);
  return text.length > MAX_SEARCHED + LONGEST_SECRET ? start.slice(0, -LONGEST_SECRET) : start;
}

/** A JSON object, also as the only entry of a list; undefined for anything else. */
export function parseRecord(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text);
  const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isRecord(one) ? one : undefined;
}

function firstText(record: Record<string, unknown>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = record[key];
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

function fieldErrors(given: unknown): { field: string; text: string }[] {
  if (Array.isArray(given)) return given.flatMap(fieldError);
  const [one] = fieldError(given);
  if (one?.text) return [one];
  if (!isRecord(given)) return [];
  return Object.entries(given).flatMap(([field, texts]) => {
    const text = [texts].flat().filter((part) => typeof part === 'string');
    return text.length === 0 ? [] : [{ field: fieldPath(field.split('.')), text: text.join(', ') }];
  });
}

function fieldError(entry: unknown): { field: string; text: string }[] {
  if (typeof entry === 'string') return [{ field: '', text: entry }];
  if (!isRecord(entry)) return [];
  const field = fieldPath(entry['loc'] ?? entry['name'] ?? entry['field']);
  return [{ field, text: firstText(entry, ['msg', 'message', 'reason', 'type']) ?? '' }];
}

/** Readable form of a field's path: `["body", "size", "width"]` becomes `size.width`. */
function fieldPath(location: unknown): string {
  const parts = Array.isArray(location) ? location.map(String) : typeof location === 'string' ? [location] : [];
  return parts.filter((part, at) => at > 0 || part !== 'body').join('.');
}

/** Title of an HTML page, else its text; any other body unchanged. */
function plainText(body: string): string {
  const start = body.slice(0, 4_000);
  if (!/<\/?[a-z!]/i.test(start)) return start;
  const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1];
  return title ?? start.replace(/<[^>]*>?/g, ' ');
}
