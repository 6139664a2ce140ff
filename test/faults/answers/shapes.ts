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
  'a link that is none': { result: { outputs: [{ image: { url: '/relative' } }] } },
};

/** Where a result may be besides its documented place; `url` is its link. */
export const MOVED_RESULTS: Readonly<Record<string, (url: string) => object>> = {
  'outputs beside the status': (url) => ({ outputs: [{ image: { url } }] }),
  'a list called images': (url) => ({ result: { images: [{ url }] } }),
  'links as text': (url) => ({ result: { outputs: [url] } }),
  'one output, no list': (url) => ({ result: { output: { image: { url } } } }),
  'a result within a result': (url) => ({ result: { result: { outputs: [{ image: { url } }] } } }),
  'an href': (url) => ({ result: { outputs: [{ href: url }] } }),
};

export { code, html, json };
