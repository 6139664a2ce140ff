import { onePixel } from '../../support/doubles/scripted-adobe.ts';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

/** An answer of a server; `reset` breaks the connection instead. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const PAGE = '<!doctype html><html><head><title>Web filter</title></head><body>Sign in</body></html>';
const html = (status: number): Answer => ({ status, body: PAGE, headers: { 'content-type': 'text/html' } });
const json = (status: number, body: unknown, headers: Answer['headers'] = {}): Answer => ({ status, body, headers });
const code = (status: number, error_code: string, message?: string) => json(status, { error_code, message });

/** Everything that can come back in place of the documented answer, whatever was asked. */
export const SHAPES: Readonly<Record<string, Answer>> = {
  'a page, 200': html(200),
  'a page, 302': { ...html(302), headers: { location: 'https://login.example/' } },
  'a page, 400': html(400),
  'a page, 401': html(401),
  'a page, 403': html(403),
  'a page, 404': html(404),
  'a page, 407': html(407),
  'a page, 451': html(451),
  'a page, 502': html(502),
  'a page, 503': html(503),
  'nothing, 404': { status: 404 },
  'nothing, 500': { status: 500 },
  'text, 200': { status: 200, body: 'OK' },
  'a list, 200': json(200, []),
  'null, 200': json(200, null),
  'no status, 200': json(200, { note: 'a' }),
  'an error, 200': code(200, 'runtime_error'),
  'half, 200': { status: 200, body: '{"status":"succee' },
  'bad_request, 400': code(400, 'bad_request', 'Bad.'),
  'access_error, 403': json(403, { error_code: 'access_error' }, { 'x-access-error': 'user_non_entitled' }),
  'a gateway, 404': code(404, '404000', 'The requested resource was not found'),
  'timeout_error, 408': code(408, 'timeout_error'),
  'job_timeout, 410': code(410, 'job_timeout', 'The job timed out.'),
  'validation_error, 422': json(422, {
    error_code: 'validation_error',
    validation_errors: [{ loc: ['parameters', 'jobId'], msg: 'invalid job identifier format', type: 'value_error' }],
  }),
  'FastAPI, 422': json(422, { detail: [{ loc: ['path', 'jobId'], msg: 'x', type: 'y' }] }),
  'legal text, 451': { status: 451, body: 'Unavailable For Legal Reasons' },
  'runtime_error, 500': code(500, 'runtime_error'),
  'the gateway, 503': code(503, '503000', 'Service unavailable'),
};

/** Status answers of HTTP 200 that say `succeeded` without a result in its documented place. */
export const EMPTY_SUCCESSES: Readonly<Record<string, object>> = {
  'no result': {},
  'result null': { result: null },
  'an empty result': { result: {} },
  'no outputs': { result: { outputs: [] } },
  'an error for every output': { result: { outputs: [{ seed: 1 }], errors: [{ code: 'backend_error' }] } },
  'an output with an id only': { result: { outputs: [{ id: 'urn:1', name: 'a.png' }] } },
  'a link that is none': { result: { outputs: [{ image: { url: 'pending' } }] } },
  'half of a picture': {
    result: { outputs: [{ image: { base64: Buffer.from(onePixel(1)).toString('base64').slice(0, 60) } }] },
  },
};

/** Where a result may be besides its documented place; `url` is its link. */
export const MOVED_RESULTS: Readonly<Record<string, (url: string) => object>> = {
  'outputs beside the status': (url) => ({ outputs: [{ image: { url } }] }),
  'a list called images': (url) => ({ result: { images: [{ url }] } }),
  'links as text': (url) => ({ result: { outputs: [url] } }),
  'one output, no list': (url) => ({ result: { output: { image: { url } } } }),
  'a result within a result': (url) => ({ result: { result: { outputs: [{ image: { url } }] } } }),
  'an href': (url) => ({ result: { outputs: [{ href: url }] } }),
  'keys with underscores': (url) => ({ result: { outputs: [{ presigned_url: url }] } }),
  'other capitals': (url) => ({ Result: { Outputs: [{ Image: { URL: url } }] } }),
  'a key of its own': (url) => ({ result: { outputs: [{ file: { downloadUrl: url } }] } }),
  'a result that is a list': (url) => ({ result: [{ image: { url } }] }),
  'a result without outputs': (url) => ({ result: { url } }),
};

/** Pictures that an answer holds itself, in place of a link to them. */
export const INLINE_RESULTS: Readonly<Record<string, (base64: string, bytes: Uint8Array) => object>> = {
  'a data URI as the link': (base64) => ({
    result: { outputs: [{ image: { url: `data:image/png;base64,${base64}` } }] },
  }),
  'a data URI without its type': (base64) => ({ result: { outputs: [{ image: { url: `data:;base64,${base64}` } }] } }),
  'a data URI with signs escaped': (base64) => ({
    result: { outputs: [{ image: { url: `data:image/png;base64,${encodeURIComponent(base64)}` } }] },
  }),
  'a data URI without base64': (_, bytes) => ({
    result: {
      outputs: [{ url: `data:image/png,${[...bytes].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('')}` }],
    },
  }),
  'image.base64': (base64) => ({ result: { outputs: [{ image: { base64 } }] } }),
  'image as base64': (base64) => ({ result: { outputs: [{ image: base64 }] } }),
  'b64_json in data': (base64) => ({ data: [{ b64_json: base64 }] }),
  imageData: (base64) => ({ result: { outputs: [{ imageData: base64 }] } }),
  'content with its type': (base64) => ({
    result: { outputs: [{ image: { mediaType: 'image/png', content: base64 } }] },
  }),
  'a list of texts': (base64) => ({ result: { outputs: [base64] } }),
  'base64 for URLs': (base64) => ({
    result: { outputs: [{ image: { base64: base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') } }] },
  }),
  'base64 in lines': (base64) => ({ result: { outputs: [{ image: { base64: base64.replace(/.{20}/g, '$&\r\n') } }] } }),
};

/** How files begin in formats that are not read, with the ending that they are kept with. */
export const UNREAD_RESULTS: Readonly<Record<string, string>> = {
  gif: 'GIF89a\x01\0\x01\0',
  tif: 'II*\0\x08\0\0\0',
  avif: '\0\0\0\x20ftypavif\0\0\0\0avifmif1',
  heic: '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
  bmp: 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0',
  psd: '8BPS\0\x01\0\0\0\0\0\0',
  jxl: '\xff\x0a\xfa\x7f\x01\x90\x08\x06\x01',
  webm: '\x1aE\xdf\xa3\x9fB\x86\x81\x01',
  bin: 'FFIMG\x01\x02\x03\0\0',
};

/** Links that are relative to the address of the status, whose host has the file. */
export const RELATIVE_LINKS: Readonly<Record<string, (url: URL) => string>> = {
  'a path': ({ pathname }) => pathname,
  'the scheme left out': ({ host, pathname }) => `//${host}${pathname}`,
  'a path beside the status': ({ pathname }) => `../..${pathname}`,
};

/** Forms in which a gateway or proxy passes a JSON answer on, whatever it says. */
const FORMS: Readonly<Record<string, (status: number, body: object) => Answer>> = {
  gzip: (status, body) => ({ status, body: gzipSync(JSON.stringify(body)), headers: { 'content-encoding': 'gzip' } }),
  'gzip that no header names': (status, body) => ({ status, body: gzipSync(JSON.stringify(body)) }),
  'gzip in a header alone': (status, body) => json(status, body, { 'content-encoding': 'gzip' }),
  'gzip twice': (status, body) => ({
    status,
    body: gzipSync(gzipSync(JSON.stringify(body))),
    headers: { 'content-encoding': 'gzip, gzip' },
  }),
  'gzip without its end': (status, body) => ({
    status,
    body: gzipSync(JSON.stringify(body)).subarray(0, -8),
    headers: { 'content-encoding': 'gzip' },
  }),
  deflate: (status, body) => ({
    status,
    body: deflateSync(JSON.stringify(body)),
    headers: { 'content-encoding': 'deflate' },
  }),
  'raw deflate': (status, body) => ({
    status,
    body: deflateRawSync(JSON.stringify(body)),
    headers: { 'content-encoding': 'deflate' },
  }),
  brotli: (status, body) => ({
    status,
    body: brotliCompressSync(JSON.stringify(body)),
    headers: { 'content-encoding': 'br' },
  }),
  'a mark before it': (status, body) => ({ status, body: `\ufeff${JSON.stringify(body)}` }),
  'UTF-16': (status, body) => ({ status, body: Buffer.from(`\ufeff${JSON.stringify(body)}`, 'utf16le') }),
  'UTF-16 without a mark': (status, body) => ({ status, body: Buffer.from(JSON.stringify(body), 'utf16le') }),
  'a list of one': (status, body) => json(status, [body]),
  'a list with nothing beside it': (status, body) => json(status, [body, null]),
  'the call of a function': (status, body) => ({ status, body: `callback(${JSON.stringify(body)});` }),
  'a line before it': (status, body) => ({ status, body: `)]}',\n${JSON.stringify(body)}` }),
  'a comment after it': (status, body) => ({ status, body: `${JSON.stringify(body)}\n<!-- by a proxy -->` }),
  'an event': (status, body) => ({ status, body: `event: done\ndata: ${JSON.stringify(body)}\n\n` }),
  'a second line of it': (status, body) => ({ status, body: `{"status":"running"}\n${JSON.stringify(body)}\n` }),
  'what is no number': (status, body) => ({
    status,
    body: JSON.stringify(body).replace('{', '{"took":NaN,"at":-Infinity,'),
  }),
  'a comma at its end': (status, body) => ({ status, body: JSON.stringify(body).replace(/\}$/, ',}') }),
  'a line feed in a text': (status, body) => ({ status, body: JSON.stringify(body).replace('{', '{"note":"a\nb",') }),
  'the text of its JSON': (status, body) => json(status, JSON.stringify(body)),
  'the text of its JSON in a wrapper': (status, body) => json(status, { statusCode: 200, body: JSON.stringify(body) }),
  'two wrappers': (status, body) => json(status, { data: { job: body } }),
  'a wrapper': (status, body) => json(status, { data: body }),
  'headers of 60 kB': (status, body) =>
    json(status, body, Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x-trace-${n}`, 'v'.repeat(3_000)]))),
  'a length that is too great': (status, body) =>
    json(status, body, { 'content-length': String(JSON.stringify(body).length + 40), connection: 'close' }),
};

const linksOf = ({ statusUrl, cancelUrl }: Handle) => ({
  links: [
    { rel: 'status', href: statusUrl },
    { rel: 'cancel', href: cancelUrl },
  ],
});
type Handle = { readonly jobId: string; readonly statusUrl: string; readonly cancelUrl: string };

/** Answers that accept a job in no documented way. */
export const ODD_ACCEPTS: Readonly<Record<string, (handle: Handle) => Answer>> = {
  ...Object.fromEntries(Object.entries(FORMS).map(([name, form]) => [name, (handle: Handle) => form(202, handle)])),
  'JSON as the text of JSON': (handle) => json(202, JSON.stringify(JSON.stringify(handle))),
  'names with underscores': ({ jobId, statusUrl }) => json(202, { job_id: jobId, status_url: statusUrl }),
  'other capitals': ({ jobId, statusUrl }) => json(202, { JobID: jobId, StatusURL: statusUrl }),
  'two wrappers': (handle) => json(202, { response: { job: handle } }),
  'a list of links': (handle) => json(202, linksOf(handle)),
  'links with an underscore': ({ statusUrl }) => json(202, { _links: { self: { href: statusUrl } } }),
  'a Location header': ({ statusUrl }) => ({ status: 202, headers: { location: statusUrl } }),
  'blanks around its values': ({ jobId, statusUrl }) =>
    json(202, { jobId: ` ${jobId}\n`, statusUrl: ` ${statusUrl} ` }),
  'an error beside the job': (handle) => json(202, { ...handle, error_code: 'runtime_error' }),
};

const done = (url: string, status = 'succeeded', seed: unknown = 3) => ({
  status,
  result: { size: { width: '1', height: '1' }, outputs: [{ seed, image: { url } }] },
});

/** Answers to a submit that name no job and hold what was asked for; `url` is its link. */
export const MADE_AT_ONCE: Readonly<Record<string, (url: string, base64: string) => Answer>> = {
  'the earlier routes': (url) => json(200, { size: { width: 1, height: 1 }, outputs: [{ seed: 3, image: { url } }] }),
  'a job that is done': (url) => json(202, { ...done(url), jobId: null }),
  'the picture itself': (_, base64) => json(200, { outputs: [{ seed: 3, image: { base64 } }] }),
};

/** Status answers with the result of the job, in no documented form. */
export const ODD_SUCCESSES: Readonly<Record<string, (url: string) => Answer>> = {
  ...Object.fromEntries(Object.entries(FORMS).map(([name, form]) => [name, (url: string) => form(200, done(url))])),
  'blanks and capitals': (url) => json(200, done(url, ' Succeeded ')),
  'a seed as text': (url) => json(200, done(url, 'succeeded', '3')),
  'a word for success': (url) => json(200, { status: 'COMPLETED', data: { images: [{ url, seed: 3 }] } }),
  'a status of the request': (url) => json(200, { status: 'success', data: done(url) }),
  'a number beside the state': (url) => json(200, { status: 200, state: 'succeeded', result: done(url).result }),
  'a state of its own': (url) => json(200, done(url, 'done')),
  'a state by that name': (url) => json(200, { state: 'succeeded', result: done(url).result }),
  failed: (url) => json(200, { ...done(url, 'failed'), error_code: 'runtime_error' }),
  'timed out': (url) => json(200, done(url, 'timeout')),
  cancelled: (url) => json(200, done(url, 'cancelled')),
  'outputs by their places': (url) =>
    json(200, { status: 'succeeded', result: { outputs: { 0: { seed: 3, image: { url } } } } }),
};

/** Answers with the whole picture that say what is not so. */
export const ODD_DOWNLOADS: Readonly<Record<string, (picture: Buffer) => Answer>> = {
  'called a page': (picture) => ({ status: 200, body: picture, headers: { 'content-type': 'text/html' } }),
  'of a length that is too great': (picture) => ({
    status: 200,
    body: picture,
    headers: { 'content-length': String(picture.length + 10), connection: 'close' },
  }),
  'changed by a proxy': (picture) => ({ status: 203, body: picture }),
  'a part that is all': (picture) => ({
    status: 206,
    body: picture,
    headers: { 'content-range': `bytes 0-${picture.length - 1}/${picture.length}` },
  }),
  'a part of a length that is not said': (picture) => ({ status: 206, body: picture }),
  'of a coding that was not applied': (picture) => ({
    status: 200,
    body: picture,
    headers: { 'content-encoding': 'br' },
  }),
};

export { code, html, json };
