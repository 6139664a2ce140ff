import { ANSWER_FAULTS, LINE_FAULTS } from './fault-kinds.ts';
import type { Phase, InjectedFault } from './phases.ts';

/** The picture is made, with one request. */
const MADE = 'succeeded';
/** The picture is made with a second request, after Adobe refused the first one (401, 429). */
const AGAIN = 'succeeded, 2 requests';
/** The request may have been taken, so that it is never repeated automatically. */
const UNKNOWN = 'submit_unknown';
/** The request did not get through, which the client cannot know. */
const UNSEEN = 'submit_unknown, 0 requests';
const CANCELLED = 'cancelled';
/** Adobe finished without taking the cancel: the picture is kept. */
const KEPT = 'succeeded, too late to cancel';
/** Adobe refused the cancel, which the job says, and finished: the picture is kept. */
const REFUSED = 'succeeded, cancel refused';
/** Without a token there is no job: nothing was stored or spent. */
const NO_TOKEN = 'refused: credentials_refused';
const NO_ANSWER = 'refused: adobe_unreachable';
/** The token was lost during a job whose only request Adobe had refused. */
const TOKEN_LOST = 'failed credentials_refused';

type Row = readonly [
  token: string,
  renewal: string,
  upload: string,
  submit: string,
  status: string,
  cancel: string,
  download: string,
];

/** Whatever may be repeated is repeated, also a status that once says that there is no such job; an unanswered submit is not. */
const REPEATED: Row = [MADE, AGAIN, MADE, UNKNOWN, MADE, CANCELLED, MADE];
const UNSEEN_SUBMIT: Row = [MADE, AGAIN, MADE, UNSEEN, MADE, CANCELLED, MADE];
const HARMLESS: Row = [MADE, AGAIN, MADE, MADE, MADE, CANCELLED, MADE];
const SLOW_DOWN: Row = [MADE, AGAIN, MADE, AGAIN, MADE, CANCELLED, MADE];

/** The end of a job for every fault at every phase: documentation and test in one (docs/jobs.md#submit-outcomes). */
export const MATRIX: Readonly<Record<string, Row>> = {
  'reset before processing': REPEATED,
  'reset after processing': REPEATED,
  'hang before processing': REPEATED,
  'hang after processing': REPEATED,
  // Half an answer to a submit holds the handle.
  'body cut in half': [MADE, AGAIN, MADE, MADE, MADE, CANCELLED, MADE],
  'no HTTP': REPEATED,
  'an HTML page, 200': REPEATED,
  // Nothing tells an empty answer to a cancel from Adobe's own: the status says what became of it.
  'empty, 200': [MADE, AGAIN, MADE, UNKNOWN, MADE, KEPT, MADE],
  // No token follows a redirect; a download follows it only to where it may go, and else asks again.
  'a redirect': REPEATED,
  'late, but right': HARMLESS,
  // Only a clear refusal of the credentials is taken for one.
  '400, invalid_client': [
    NO_TOKEN,
    TOKEN_LOST,
    'failed invalid_request, 0 requests',
    'failed invalid_request',
    MADE,
    CANCELLED,
    MADE,
  ],
  '400': [MADE, AGAIN, 'failed invalid_request, 0 requests', 'failed invalid_request', MADE, CANCELLED, MADE],
  '401': [MADE, AGAIN, MADE, AGAIN, MADE, CANCELLED, MADE],
  '403': [MADE, AGAIN, 'failed not_entitled, 0 requests', 'failed not_entitled', MADE, CANCELLED, MADE],
  '404': [MADE, AGAIN, 'failed not_found, 0 requests', 'failed model_not_available', MADE, CANCELLED, MADE],
  '408': REPEATED,
  '409': REPEATED,
  '410': REPEATED,
  '413': [MADE, AGAIN, 'failed invalid_request, 0 requests', 'failed invalid_request', MADE, CANCELLED, MADE],
  '422': [MADE, AGAIN, 'failed invalid_request, 0 requests', 'failed invalid_request', MADE, CANCELLED, MADE],
  '429, 20 seconds': SLOW_DOWN,
  '429, a date': SLOW_DOWN,
  '429, a date in the past': SLOW_DOWN,
  '429, 1e9 seconds': [
    NO_ANSWER,
    AGAIN,
    'queued for a quarter of an hour, then succeeded',
    'queued for a quarter of an hour, then succeeded, 2 requests',
    'accepted for a quarter of an hour, then succeeded',
    'running for a quarter of an hour, then succeeded, too late to cancel',
    MADE,
  ],
  '429, nonsense': SLOW_DOWN,
  '429, nothing said': SLOW_DOWN,
  '451': [
    MADE,
    AGAIN,
    'failed content_policy, 0 requests',
    'failed content_policy',
    // Without a code of Adobe's, a status that has nothing to do with the job.
    MADE,
    CANCELLED,
    MADE,
  ],
  '500': REPEATED,
  '500 after processing': REPEATED,
  '502': REPEATED,
  '503': REPEATED,
  '503, 5 seconds': REPEATED,
  '504': REPEATED,
  'connection refused': HARMLESS,
  'reset before a byte gets through': UNSEEN_SUBMIT,
  'reset inside the request': UNSEEN_SUBMIT,
  'ends inside the request': UNSEEN_SUBMIT,
  'silent inside the request': UNSEEN_SUBMIT,
  'reset inside the answer': REPEATED,
  'ends inside the answer': REPEATED,
  'silent inside the answer': REPEATED,
  'slow to stand': HARMLESS,
};

const of = (name: string): InjectedFault => {
  const action = ANSWER_FAULTS[name];
  const line = LINE_FAULTS[name];
  if (action) return { action };
  if (line === undefined) throw new Error(`there is no fault "${name}"`);
  return { line };
};

/** Every fault by its name. */
export const FAULTS: ReadonlyMap<string, InjectedFault> = new Map(Object.keys(MATRIX).map((name) => [name, of(name)]));

/** Lasting faults: phase, fault, how many requests meet it, and the end of the job. */
export const LASTING: readonly (readonly [phase: Phase, fault: string, times: number, end: string])[] = [
  ['token', '503', 100, NO_ANSWER],
  ['token', 'connection refused', 100, NO_ANSWER],
  ['renewal', '503', 12, AGAIN],
  ['renewal', 'an HTML page, 200', 12, AGAIN],
  ['renewal', '400, invalid_client', 100, TOKEN_LOST],
  ['upload', '503', 100, 'failed adobe_error, 0 requests'],
  ['upload', '401', 100, 'failed credentials_refused, 0 requests'],
  ['submit', '401', 100, 'failed credentials_refused, 2 requests'],
  ['submit', '429, nothing said', 3, 'succeeded, 4 requests'],
  ['submit', 'connection refused', 100, 'failed adobe_unreachable, 0 requests'],
  ['status', '500', 10_000, 'failed timeout'],
  ['status', 'an HTML page, 200', 10_000, 'failed timeout'],
  ['status', '404', 10_000, 'failed timeout'],
  ['status', '400', 10_000, 'failed timeout'],
  ['cancel', '500', 10_000, REFUSED],
  ['cancel', '409', 10_000, REFUSED],
  ['cancel', 'an HTML page, 200', 10_000, KEPT],
  ['cancel', '404', 10_000, KEPT],
  ['download', '404', 100, 'expired results_expired'],
  ['download', '500', 10_000, 'expired results_expired'],
  ['download', 'a redirect', 10_000, 'expired download_refused'],
  ['download', 'an HTML page, 200', 100, 'expired results_expired'],
];
