import type { Fault } from '../../../src/emulator/index.ts';
import type { LineFault } from '../lines/fault-proxy.ts';

type Action = Fault['action'];

const json = { 'content-type': 'application/json' };
const error = (status: number, headers: Record<string, string> = {}): Action => ({
  kind: 'status',
  status,
  headers: { ...json, ...headers },
  body: { error_code: 'server_error', message: 'Something went wrong.' },
});
const slowDown = (retryAfter?: string): Action => ({
  kind: 'status',
  status: 429,
  headers: { ...json, ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) },
  body: { error_code: 'rate_limited', message: 'Too many requests.' },
});
const PAGE = '<!doctype html><title>Sign in to the network</title><p>eyJub3QiOiJhIHRva2VuIn0';

/** What can be wrong with an answer, at any phase. `now` is the time of the emulator; `bait` a host that is not Adobe's. */
export const ANSWER_FAULTS: Readonly<Record<string, (context: { now: number; bait: string }) => Action>> = {
  'reset before processing': () => ({ kind: 'reset' }),
  'reset after processing': () => ({ kind: 'reset', when: 'after-processing' }),
  'hang before processing': () => ({ kind: 'hang' }),
  'hang after processing': () => ({ kind: 'hang', when: 'after-processing' }),
  'body cut in half': () => ({ kind: 'cut-body' }),
  'no HTTP': () => ({ kind: 'raw', bytes: 'SSH-2.0-OpenSSH_9.2\r\n' }),
  'an HTML page, 200': () => ({ kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: PAGE }),
  'empty, 200': () => ({ kind: 'status', status: 200 }),
  'a redirect': ({ bait }) => ({ kind: 'status', status: 302, headers: { location: `${bait}/elsewhere` } }),
  'late, but right': () => ({ kind: 'delay', ms: 200 }),
  '400': () => error(400),
  '400, invalid_client': () => ({
    kind: 'status',
    status: 400,
    headers: json,
    body: { error: 'invalid_client', error_description: 'invalid client_secret parameter' },
  }),
  '401': () => error(401),
  '403': () => error(403),
  '404': () => error(404),
  '408': () => error(408),
  '409': () => error(409),
  '410': () => error(410),
  '413': () => error(413),
  '422': () => error(422),
  '429, 20 seconds': () => slowDown('20'),
  '429, a date': ({ now }) => slowDown(new Date(now + 20_000).toUTCString()),
  '429, a date in the past': () => slowDown('Wed, 21 Oct 2015 07:28:00 GMT'),
  '429, 1e9 seconds': () => slowDown('1000000000'),
  '429, nonsense': () => slowDown('soon'),
  '429, nothing said': () => slowDown(),
  '451': () => error(451),
  '500': () => error(500),
  '500 after processing': () => ({ ...error(500), when: 'after-processing' }) as Action,
  '502': () => error(502),
  '503': () => error(503),
  '503, 5 seconds': () => error(503, { 'retry-after': '5' }),
  '504': () => error(504),
};

/** What can be wrong with a line. Counts are in bytes; every request of ours is longer than 100. */
export const LINE_FAULTS: Readonly<Record<string, LineFault | 'refused'>> = {
  'connection refused': 'refused',
  'reset before a byte gets through': { kind: 'reset', direction: 'up', after: 0 },
  'reset inside the request': { kind: 'reset', direction: 'up', after: 60 },
  'ends inside the request': { kind: 'cut', direction: 'up', after: 60 },
  'silent inside the request': { kind: 'stall', direction: 'up', after: 60 },
  'reset inside the answer': { kind: 'reset', direction: 'down', after: 40 },
  'ends inside the answer': { kind: 'cut', direction: 'down', after: 40 },
  'silent inside the answer': { kind: 'stall', direction: 'down', after: 40 },
  'slow to stand': { kind: 'late', ms: 100 },
};
