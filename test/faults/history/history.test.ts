import { describe, expect, test } from 'vitest';
import type { JobState } from '../../../src/jobs/model/states.ts';
import type { Arrival, History, ImageRow, JobRow, Move, Operation, PermitRow } from './history.ts';
import { INVARIANTS, violations } from './invariants.ts';

const SECRET = 'p8e-canary-of-the-history';

const operation = (parts: Partial<Operation> = {}): Operation => ({
  process: 'one',
  principal: 'alice',
  call: 'generate_image',
  prompt: 'a chair',
  outcome: 'ok',
  jobs: ['job_1'],
  images: ['img_1'],
  told: 'succeeded',
  ...parts,
});
const job = (parts: Partial<JobRow> = {}): JobRow => ({
  id: 'job_1',
  principal: 'alice',
  prompt: 'a chair',
  state: 'succeeded',
  replaces: undefined,
  offered: ['/images/1'],
  warnings: [],
  ...parts,
});
const permit = (parts: Partial<PermitRow> = {}): PermitRow => ({
  job: 'job_1',
  attempt: 1,
  outcome: 'accepted',
  requestId: 'one',
  ...parts,
});
const image = (parts: Partial<ImageRow> = {}): ImageRow => ({
  id: 'img_1',
  principal: 'alice',
  job: 'job_1',
  place: 1,
  sha256: 'aa',
  file: 'aa',
  ...parts,
});
const arrival = (parts: Partial<Arrival> = {}): Arrival => ({
  phase: 'submit',
  path: '/v3/images/generate-async',
  headers: { 'x-request-id': 'one' },
  headAt: 1_000,
  completeAt: 1_000,
  status: 202,
  answeredAt: 1_100,
  fault: undefined,
  json: { prompt: 'a chair' },
  served: undefined,
  authorization: undefined,
  ...parts,
});
/** The n-th request, and its permit. */
const nth = (n: number, parts: Partial<Arrival> = {}) => arrival({ headers: { 'x-request-id': `r${n}` }, ...parts });
const nthPermit = (n: number, parts: Partial<PermitRow> = {}) => permit({ attempt: n, requestId: `r${n}`, ...parts });
const served = arrival({
  phase: 'download',
  path: '/images/1',
  status: 200,
  json: undefined,
  served: { sha256: 'aa', length: 2 },
});

const STATES = ['preparing', 'permitted', 'submitting', 'accepted', 'saving', 'succeeded'] as const;

function movesOf(id: string): Move[] {
  return STATES.map((to, n) => ({ job: id, from: STATES[n - 1] ?? 'queued', to, fromFence: 1, toFence: 1 }));
}

/** Another process claims the job in this state, and begins anew. */
function takenOver(from: JobState): Move {
  return { job: 'job_1', from, to: 'preparing', fromFence: 1, toFence: 2 };
}

const GOOD: History = {
  operations: [operation()],
  moves: movesOf('job_1'),
  jobs: [job()],
  permits: [permit()],
  images: [image()],
  arrivals: [arrival(), served],
  perMinute: 2,
  outputs: { log: '{"event":"submit_ended"}' },
  secrets: [SECRET],
};

/** What was planted, the invariants that must notice it, and the change. */
const PLANTED: readonly (readonly [mistake: string, noticed: readonly string[], change: Partial<History>])[] = [
  [
    'an acknowledged job is gone',
    ['I1'],
    { operations: [operation(), operation({ jobs: ['job_2'], told: undefined })] },
  ],
  ['a picture that was shown is gone', ['I1'], { operations: [operation({ images: ['img_2'] })] }],
  [
    'a job never ends',
    ['I1'],
    {
      operations: [operation({ told: undefined })],
      jobs: [job({ state: 'saving' })],
      moves: movesOf('job_1').slice(0, 5),
    },
  ],
  ['a job succeeded with one picture of two', ['I1'], { jobs: [job({ offered: ['/images/1', '/images/2'] })] }],
  ['a request was sent twice', ['I2'], { arrivals: [nth(1), nth(2), served], permits: [nthPermit(1), nthPermit(2)] }],
  ['a request had no permit', ['I2'], { permits: [permit({ outcome: 'not_sent' })] }],
  ['one request came twice', ['I2'], { arrivals: [arrival(), arrival({ status: 401 }), served] }],
  ['a request is not what its job asked for', ['I2'], { arrivals: [arrival({ json: { prompt: 'x' } }), served] }],
  [
    'half a request had no permit',
    ['I2'],
    { arrivals: [arrival(), nth(2, { json: undefined, status: undefined }), served] },
  ],
  [
    'a repeated call became a second paid job',
    ['I2'],
    {
      jobs: [job(), job({ id: 'job_2', state: 'submit_unknown', offered: [] })],
      permits: [permit(), permit({ job: 'job_2', outcome: 'unknown', requestId: 'two' })],
      moves: [
        ...movesOf('job_1'),
        ...movesOf('job_2').slice(0, 3),
        { job: 'job_2', from: 'submitting', to: 'submit_unknown', fromFence: 1, toFence: 1 },
      ],
    },
  ],
  [
    'a 401 was repeated twice',
    ['I2'],
    {
      arrivals: [...[1, 2, 3].map((n) => nth(n, { status: 401, headAt: n * 70_000 })), served],
      permits: [1, 2, 3].map((n) => nthPermit(n, { outcome: 'unauthorized' })),
    },
  ],
  [
    'an end was followed by another',
    ['I3'],
    {
      moves: [
        ...movesOf('job_1'),
        { job: 'job_1', from: 'succeeded', to: 'failed', fromFence: 1, toFence: 1 },
        { job: 'job_1', from: 'failed', to: 'succeeded', fromFence: 1, toFence: 1 },
      ],
    },
  ],
  ['a state was left out', ['I3'], { moves: movesOf('job_1').filter(({ to }) => to !== 'submitting') }],
  ['a move was not seen', ['I3'], { moves: movesOf('job_1').slice(0, 5) }],
  [
    'a job that may have been sent was taken over from its beginning',
    ['I3'],
    { moves: [...movesOf('job_1').slice(0, 3), takenOver('submitting'), ...movesOf('job_1').slice(1)] },
  ],
  ['a fence fell', ['I3'], { moves: movesOf('job_1').map((move) => ({ ...move, toFence: 0 })) }],
  ['a client was told another end', ['I3'], { operations: [operation({ told: 'failed' })] }],
  [
    'three requests in a minute',
    ['I4'],
    {
      arrivals: [nth(1), served, ...[2, 3].map((n) => nth(n, { headAt: n * 10_000, status: 403 }))],
      permits: [1, 2, 3].map((n) => nthPermit(n)),
    },
  ],
  [
    'a request while the gate was closed',
    ['I4'],
    {
      arrivals: [nth(1, { status: 429 }), nth(2, { headAt: 9_000 }), served],
      permits: [nthPermit(1, { outcome: 'rate_limited' }), nthPermit(2)],
    },
  ],
  [
    'a request after a 429 to a status',
    ['I4'],
    { arrivals: [arrival({ phase: 'status', status: 429, headAt: 10 }), arrival({ headAt: 9_000 }), served] },
  ],
  ['Bob was shown a job of Alice', ['I5'], { operations: [operation(), operation({ principal: 'bob', images: [] })] }],
  [
    'Bob was shown a picture of Alice',
    ['I5'],
    { operations: [operation({ principal: 'bob', jobs: [], told: undefined })] },
  ],
  ['a row has no file', ['I6'], { images: [image({ file: undefined })] }],
  ['a file was damaged', ['I6'], { images: [image({ file: 'bb' })] }],
  ['a picture was re-encoded', ['I6'], { images: [image({ file: 'bb', sha256: 'bb' })] }],
  ['a secret is in the log', ['I7'], { outputs: { log: `{"form":"${SECRET}"}` } }],
  ['its beginning is', ['I7'], { outputs: { log: SECRET.slice(0, 12) } }],
  ['a secret is there in base64', ['I7'], { outputs: { result: Buffer.from(SECRET).toString('base64') } }],
  ['a token is in a result', ['I7'], { outputs: { result: 'eyJhbGciOiJub25l.eyJpZCI6IjEyMyJ9.c2lnbmF0dXJl' } }],
  ['a signature is in the log', ['I7'], { outputs: { log: 'https://x/1?X-Amz-Signature=0123456789abcdef' } }],
];

describe('the history checker', () => {
  test('finds nothing in a good history', () => {
    expect(violations(GOOD)).toEqual([]);
    const taken = {
      ...GOOD,
      moves: [...movesOf('job_1').slice(0, 2), takenOver('permitted'), ...movesOf('job_1').slice(1)],
    };
    expect(violations(taken)).toEqual([]);
  });

  test.each(PLANTED)('notices that %s', (_mistake, noticed, change) => {
    const found = violations({ ...GOOD, ...change });
    expect([...new Set(found.map((text) => text.slice(0, 2)))]).toEqual(noticed);
  });

  test('has a planted mistake for each invariant', () => {
    expect(new Set(PLANTED.flatMap(([, noticed]) => noticed))).toEqual(new Set(Object.keys(INVARIANTS)));
  });

  test('accepts what is right: a repeat after 401 or 429, a job in place of another one', () => {
    const again = { ...GOOD, permits: [nthPermit(1, { outcome: 'rate_limited' }), nthPermit(2)] };
    const after = [nth(1, { status: 429 }), nth(2, { headAt: 70_000 }), served];
    expect(violations({ ...again, arrivals: after })).toEqual([]);
    const second = job({ id: 'job_2', replaces: 'job_1', offered: [], state: 'submit_unknown' });
    const moves = [
      ...movesOf('job_1'),
      ...movesOf('job_2').slice(0, 3),
      { job: 'job_2', from: 'submitting', to: 'submit_unknown', fromFence: 1, toFence: 1 } as const,
    ];
    const permits = [permit(), permit({ job: 'job_2', outcome: 'unknown', requestId: 'two' })];
    const headers = { 'x-request-id': 'two' };
    const arrivals = [arrival(), arrival({ headers, status: undefined, headAt: 70_000 }), served];
    expect(violations({ ...GOOD, jobs: [job(), second], permits, moves, arrivals })).toEqual([]);
  });
});
